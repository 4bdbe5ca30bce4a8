"""`roamgrid token import|list|block|unblock|alarms`: drivers' cards and other tokens of a brand."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from roamgrid.canonical.token import Allowed, Token, TokenType
from roamgrid.cli.environment import migrated_services
from roamgrid.cli.lazy import commands
from roamgrid.cli.output import console, print_json, print_table
from roamgrid.core.tokens import alarms as raised
from roamgrid.core.tokens import blocking
from roamgrid.core.tokens.cards import file
from roamgrid.core.tokens.cards.importing import ImportedLine, Outcome, import_cards
from roamgrid.core.tokens.listing import listed, place_of
from roamgrid.core.tokens.models import ListedToken
from roamgrid.kernel.settings import Settings
from roamgrid.tenancy.context import TenantContext
from roamgrid.tenancy.database import Database
from roamgrid.tenancy.directory import Directory, Tenant

T = TypeVar("T")

app = commands("Cards and other tokens of a brand's drivers.")

Brand = Annotated[str, typer.Option("--tenant", help="The brand's short name.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Uid = Annotated[str, typer.Argument(help="The token's uid, in any spelling.")]
Kind = Annotated[TokenType, typer.Option("--type", help="The token's type.", case_sensitive=False)]


@app.command("import")
def import_(
    path: Annotated[Path, typer.Argument(help="CSV with a header, or JSON Lines.", exists=True, dir_okay=False, readable=True)],
    tenant: Brand,
    all_or_nothing: Annotated[bool, typer.Option("--all-or-nothing", help="One bad line keeps the whole file out.")] = False,
    as_json: Json = False,
) -> None:
    """Register RFID cards. The same file again changes nothing. Exit code 1 when a line was refused."""
    lines = list(file.read(path.read_bytes()))

    async def run(database: Database, brand: Tenant, ctx: TenantContext) -> list[ImportedLine]:
        with Progress(
            TextColumn("cards"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), console=console, transient=True
        ) as bar:
            task = bar.add_task("cards", total=len(lines))
            return await import_cards(
                database,
                ctx,
                brand.declaration,
                lines,
                all_or_nothing=all_or_nothing,
                progress=lambda done: bar.update(task, completed=done),
            )

    _report(_with_brand(tenant, run), as_json)


@app.command("list")
def list_(
    tenant: Brand,
    uid: Annotated[str | None, typer.Option(help="This uid only.")] = None,
    blocked: Annotated[bool, typer.Option("--blocked", help="Only tokens that are not valid.")] = False,
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 500,
    as_json: Json = False,
) -> None:
    """Tokens, why one is not valid, and which partner could not be told yet."""

    async def run(database: Database, brand: Tenant, ctx: TenantContext) -> list[ListedToken]:
        found: list[ListedToken] = []
        async with database.work(ctx) as work:
            while len(found) < limit:
                after = place_of(found[-1]) if found else ("", "")
                page = await listed(work, refused=blocked or None, uid=uid, after=after, limit=min(500, limit - len(found)))
                found += page
                if not page:
                    break
        return found

    found = [_token(one) for one in _with_brand(tenant, run)]
    if as_json:
        print_json(found)
        return
    columns = ("uid", "type", "contract_id", "whitelist", "valid", "answer", "reason", "untold")
    rows = [[len(one[name]) if name == "untold" else one[name] for name in columns] for one in found]
    print_table(f"Tokens of {tenant}", columns, rows)


@app.command()
def block(
    uid: Uid,
    tenant: Brand,
    reason: Annotated[str, typer.Option(help="For your colleagues; stations do not hear it.")],
    kind: Kind = TokenType.RFID,
    answer: Annotated[Allowed, typer.Option(help="What stations hear.", case_sensitive=False)] = Allowed.BLOCKED,
    as_json: Json = False,
) -> None:
    """Refuse a token from now on; the worker tells every partner."""

    async def run(database: Database, brand: Tenant, ctx: TenantContext) -> Token:
        async with database.work(ctx) as work:
            return await blocking.block(work, uid, kind, reason, answer)

    _said(_with_brand(tenant, run), as_json)


@app.command()
def unblock(uid: Uid, tenant: Brand, kind: Kind = TokenType.RFID, as_json: Json = False) -> None:
    """Accept a token again; the worker tells every partner."""

    async def run(database: Database, brand: Tenant, ctx: TenantContext) -> Token:
        async with database.work(ctx) as work:
            return await blocking.unblock(work, uid, kind)

    _said(_with_brand(tenant, run), as_json)


@app.command()
def alarms(tenant: Brand, as_json: Json = False) -> None:
    """Tokens that exceeded a limit of believable use, the latest first."""

    async def run(database: Database, brand: Tenant, ctx: TenantContext) -> list[raised.Alarm]:
        async with database.work(ctx) as work:
            return await raised.latest(work)

    columns = ("uid_key", "type", "limit", "count", "first_at", "last_at", "source", "location_id")
    found = [{name: getattr(one, name) for name in columns} for one in _with_brand(tenant, run)]
    if as_json:
        print_json(found)
    else:
        print_table(f"Alarms of {tenant}", columns, [list(one.values()) for one in found])


def _with_brand(slug: str, run: Callable[[Database, Tenant, TenantContext], Awaitable[T]]) -> T:
    async def opened(url: str) -> T:
        database = Database(url)
        await database.open()
        try:
            brand = await Directory(database).by_slug(slug)
            return await run(database, brand, brand.context(actor="operations"))
        finally:
            await database.close()

    with migrated_services(Settings()) as urls:
        return asyncio.run(opened(urls.database_url))


def _report(lines: list[ImportedLine], as_json: bool) -> None:
    counts = Counter(line.outcome.value for line in lines)
    if as_json:
        print_json({"lines": len(lines), **counts, "notes": [note for line in lines for note in _notes(line)]})
    else:
        rows = [list(note.values()) for line in lines for note in _notes(line)]
        if rows:
            print_table("Notes", ("line", "uid", "outcome", "code", "field", "message"), rows)
        console.print(f"{len(lines)} lines: " + (", ".join(f"{counts[one]} {one}" for one in Outcome if counts[one]) or "none"))
    if counts[Outcome.REFUSED]:
        raise typer.Exit(1)


def _notes(line: ImportedLine) -> list[dict[str, Any]]:
    place = {"line": line.line, "uid": line.uid, "outcome": line.outcome.value}
    return [{**place, "code": note.code.value, "field": note.field, "message": note.message} for note in line.notes]


def _token(one: ListedToken) -> dict[str, Any]:
    row, token = one.row, one.row.token
    return {
        "uid": token.uid,
        "type": token.type.value,
        "contract_id": token.contract_id,
        "group_id": token.group_id,
        "whitelist": token.whitelist.value,
        "valid": token.valid,
        "answer": row.refusal.value if row.refusal else None,
        "reason": row.reason,
        "valid_until": row.valid_until,
        "driver": row.driver_id,
        "last_updated": token.last_updated,
        "untold": [{"connection": str(it.source), "failures": it.failures, "error": it.error} for it in one.untold],
    }


def _said(token: Token, as_json: bool) -> None:
    if as_json:
        print_json({"uid": token.uid, "type": token.type.value, "valid": token.valid, "last_updated": token.last_updated})
    else:
        console.print(f"{token.type} {token.uid} is {'valid' if token.valid else 'not valid'} from now on", markup=False)
