"""`roamgrid partner check|dialects|set-dialect`: does a partner keep to the specification, and how do we get along with it."""

from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from roamgrid.app import Platform
from roamgrid.cli.output import console, out, print_json, print_table
from roamgrid.cli.partner_reach import Json, Partner, Tenant, chosen, with_tenant
from roamgrid.ocpi.adapter import adapter_for
from roamgrid.ocpi.conformance.check import Needs
from roamgrid.ocpi.conformance.document import as_document
from roamgrid.ocpi.conformance.opening import opened, seen_in_traffic
from roamgrid.ocpi.conformance.run import Report, run
from roamgrid.ocpi.conformance.verdicts import Verdict
from roamgrid.ocpi.connections.model import Connection
from roamgrid.ocpi.dialects.bundled import bundled, names
from roamgrid.ocpi.dialects.suggest import Observed, with_suggestions
from roamgrid.ocpi.outbound.routing import our_party
from roamgrid.tenancy.context import TenantContext

_COLOURS = {Verdict.PASS: "green", Verdict.DEVIATES: "yellow", Verdict.FAILS: "bold red", Verdict.SKIPPED: "dim"}


def check(
    tenant: Tenant,
    partner: Partner,
    writes: Annotated[
        bool,
        typer.Option(
            "--writes", help="Also push a test token, ask for commands that must be refused, send CDRs about nothing."
        ),
    ] = False,
    only: Annotated[
        list[str] | None, typer.Option(help="Only checks that begin like this (`cdrs`, `token.wrong`); may be repeated.")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Show checks that passed or were skipped, too.")] = False,
    as_json: Json = False,
) -> None:
    """Ask a partner some ninety questions and say what it does differently. Exit code 1: something does not work."""

    async def asked(platform: Platform, ctx: TenantContext) -> tuple[Connection, Report]:
        async with platform.database.work(ctx) as work:
            connection = chosen(await platform.connections.all(work), partner)[0]
            traffic = await seen_in_traffic(work, connection)
        party, base_url = await our_party(platform.directory, ctx), platform.settings.base_url
        allowed = {Needs.READS, Needs.WRITES} if writes else {Needs.READS}
        with console.status("asking") as status:
            async with opened(platform.clients, ctx, connection, party, base_url) as subject:
                report = await run(
                    subject, allowed=allowed, traffic=traffic, only=only, told=lambda one: status.update(escape(one.title))
                )
        return connection, report

    connection, report = with_tenant(tenant, asked)
    if as_json:
        print_json(as_document(connection, report))
    else:
        _show(tenant, connection, report, every=every)
    if not report.conformant:
        raise typer.Exit(1)


def dialects(
    version: Annotated[str, typer.Option(help="Switches as they are in this version.")] = "2.2.1", as_json: Json = False
) -> None:
    """The dialects that ship with this version, and what each switches. Several are joined by `+`."""
    adapter_for(version, "default")
    found = [_dialect(name, version) for name in names()]
    if as_json:
        print_json(found)
        return
    rows = [
        (
            one["name"],
            one["summary"],
            _switches(one["switches"]) if one["name"] != "default" else "all",
            ", ".join(one["known"]),
        )
        for one in found
    ]
    print_table("Dialects", ("name", "what it is for", "switches", "known from"), rows)


def set_dialect(
    tenant: Tenant,
    partner: Partner,
    dialect: Annotated[
        str, typer.Argument(help="One dialect, several joined by `+`, or a switch: `plain_token+page_size=50`.")
    ],
    as_json: Json = False,
) -> None:
    """Speak another dialect with a partner from now on; its endpoints are read anew."""

    async def changed(platform: Platform, ctx: TenantContext) -> Connection:
        async with platform.database.work(ctx) as work:
            connection = chosen(await platform.connections.all(work), partner)[0]
        return await platform.handshake.set_dialect(ctx, connection.id, dialect)

    connection = with_tenant(tenant, changed)
    if as_json:
        print_json({"connection": str(connection.id), "name": connection.name, "dialect": connection.dialect})
    else:
        console.print(f"{connection.name} is spoken to in {connection.dialect}", markup=False)


def _show(tenant: str, connection: Connection, report: Report, *, every: bool) -> None:
    title = f"{escape(connection.name)}: OCPI {connection.version}, {connection.dialect}"
    table = Table("check", "", "what was seen", title=title, title_justify="left", title_style="bold")
    for result in report.results:
        verdict = result.finding.verdict
        if every or verdict in (Verdict.DEVIATES, Verdict.FAILS):
            seen = escape("\n".join(result.finding.notes) or result.check.title)
            hint = f"\n[dim]{escape(result.check.hint)}[/dim]" if result.check.hint and verdict is Verdict.FAILS else ""
            reference = f"\n[dim]{escape(result.check.reference)}[/dim]" if verdict is not Verdict.PASS else ""
            table.add_row(result.check.id, f"[{_COLOURS[verdict]}]{verdict}[/]", f"{seen}{hint}{reference}")
    if table.row_count:
        out.print(table)
    out.print(", ".join(f"[{_COLOURS[verdict]}]{report.counts[verdict]} {verdict}[/]" for verdict in Verdict))
    if report.suggestions:
        _show_suggestions(tenant, connection, report)


def _show_suggestions(tenant: str, connection: Connection, report: Report) -> None:
    rows = [(one.dialect, one.summary, _switches(one.switches), _evidence(one.evidence)) for one in report.suggestions]
    print_table("Dialects that would absorb this", ("dialect", "what it does", "switches", "because of"), rows)
    wanted = with_suggestions(connection.dialect, report.suggestions)
    out.print(f"roamgrid partner set-dialect --tenant {tenant} {connection.id} {wanted}", markup=False, soft_wrap=True)


def _evidence(evidence: tuple[Observed, ...]) -> str:
    """One line for each kind."""
    lines = {item.sign: f"{item.sign} in {item.module}: {item.example}" for item in reversed(evidence)}
    return "\n".join(lines.values())


def _dialect(name: str, version: str) -> dict[str, Any]:
    one = bundled(name)
    return {
        "name": name,
        "summary": one.about.summary,
        "known": list(one.about.known),
        "extends": list(one.extends),
        "switches": one.said(version),
        "absorbs": [sign.value for sign in one.about.absorbs],
    }


def _switches(switches: dict[str, Any]) -> str:
    shown = {name: f"{len(value)} names" if isinstance(value, dict) else value for name, value in switches.items()}
    return ", ".join(f"{name} = {value}" for name, value in shown.items())
