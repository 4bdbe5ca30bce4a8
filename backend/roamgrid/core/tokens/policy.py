"""May operators accept a token without asking: by type for the brand, by contract with a partner, by token.

The token's own wins over the partner's contract, which wins over the brand's default. Tokens that exist to be asked for in
real time (app, ad hoc, vehicle) are NEVER for everybody.
"""

from psycopg.rows import DictRow

from roamgrid.canonical.party import SourceId
from roamgrid.canonical.token import TokenType, Whitelist
from roamgrid.core.tokens import repository as sql
from roamgrid.core.tokens.announce import announce
from roamgrid.core.tokens.uids import uid_key
from roamgrid.kernel.errors import Invalid, NotFound
from roamgrid.tenancy.database import Work
from roamgrid.tenancy.declaration import DeclaredTokens

WHITELISTED = (TokenType.RFID, TokenType.OTHER)
"""The types that a policy can be about."""


def default_whitelist(declared: DeclaredTokens, kind: TokenType) -> Whitelist | None:
    """What the brand declares for a type; None: nothing."""
    for name, whitelist in declared.whitelist.items():
        if name == kind:
            return Whitelist(whitelist)
    return None


async def declare(work: Work, declared: DeclaredTokens) -> int:
    """Make existing tokens follow the brand's declaration; every partner is told. Returns how many changed."""
    changed: list[DictRow] = []
    for kind in WHITELISTED:
        whitelist = default_whitelist(declared, kind)
        if whitelist is not None:
            params = {"type": kind, "whitelist": whitelist, "now": work.ctx.clock.now()}
            changed += await (await work.conn.execute(sql.DECLARE, params)).fetchall()
    return await announce(work, changed)


async def set_for_partner(work: Work, source: SourceId, kind: TokenType, whitelist: Whitelist | None) -> int:
    """What the contract with one partner says; None: nothing, the brand's default holds. Returns how many tokens changed.

    Raises `Invalid` for a type that is always asked for.
    """
    _check(kind)
    params = {"source": source, "type": kind, "whitelist": whitelist, "now": work.ctx.clock.now()}
    statement = sql.DROP_POLICY if whitelist is None else sql.SET_POLICY
    if await (await work.conn.execute(statement, params)).fetchone() is None:
        return 0
    return await announce(work, await (await work.conn.execute(sql.TOUCH_TYPE, params)).fetchall())


async def set_for_token(work: Work, uid: str, kind: TokenType, whitelist: Whitelist | None, default: Whitelist) -> None:
    """The token's own; None: what the brand (`default`) and the partners' contracts say. Raises `Invalid`, `NotFound`."""
    _check(kind)
    own = whitelist is not None
    params = {"uid_key": uid_key(uid), "type": kind, "whitelist": whitelist or default, "own": own, "now": work.ctx.clock.now()}
    changed = await (await work.conn.execute(sql.SET_WHITELIST, params)).fetchall()
    if not changed:
        raise NotFound(f"there is no {kind} token {uid}", field="uid")
    await announce(work, changed)


def _check(kind: TokenType) -> None:
    if kind not in WHITELISTED:
        raise Invalid(f"{kind} tokens are always asked for in real time", field="type")
