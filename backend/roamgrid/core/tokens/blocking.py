"""Refuse a token or all of a driver's: authorizations say so at once, and every partner is told."""

from uuid import UUID

from psycopg.rows import DictRow

from roamgrid.canonical.token import Allowed, Token, TokenType
from roamgrid.core.tokens import repository as sql
from roamgrid.core.tokens import service
from roamgrid.core.tokens.announce import announce
from roamgrid.core.tokens.uids import uid_key
from roamgrid.identity.access import DriverId
from roamgrid.identity.drivers import standing
from roamgrid.kernel.errors import Invalid, NotFound
from roamgrid.tenancy.database import Work


async def block(work: Work, uid: str, kind: TokenType, reason: str, answer: Allowed = Allowed.BLOCKED) -> Token:
    """`reason` is for staff; `answer` is what a station hears. Raises `NotFound`, or `Invalid` for the answer ALLOWED."""
    if answer is Allowed.ALLOWED:
        raise Invalid("a blocked token is not answered ALLOWED", field="answer")
    return await _set(work, uid, kind, answer, reason)


async def unblock(work: Work, uid: str, kind: TokenType) -> Token:
    """Valid again, unless its driver is refused or its time is over. Raises `NotFound`."""
    return await _set(work, uid, kind, None, None)


async def refuse_driver(work: Work, driver: DriverId, answer: Allowed, reason: str) -> int:
    """Refuse everything that a driver shows (BLOCKED, or NO_CREDIT); returns how many tokens that concerns.

    A token that was blocked for itself stays so when the driver is accepted again. Raises `NotFound`.
    """
    if answer is Allowed.ALLOWED:
        raise Invalid("a refused driver is not answered ALLOWED", field="answer")
    await standing.set_refusal(work, driver, answer, reason)
    return await _touch(work, driver)


async def accept_driver(work: Work, driver: DriverId) -> int:
    """The driver's tokens are valid again; returns how many. Raises `NotFound`."""
    await standing.set_refusal(work, driver, None, None)
    return await _touch(work, driver)


async def expire(work: Work) -> int:
    """Say of tokens whose time is over that they are; returns how many. Authorizations know it before this ran."""
    rows = await (await work.conn.execute(sql.EXPIRE, {"now": work.ctx.clock.now()})).fetchall()
    return await _tell(work, rows)


async def _set(work: Work, uid: str, kind: TokenType, refusal: Allowed | None, reason: str | None) -> Token:
    params = {"uid_key": uid_key(uid), "type": kind, "refusal": refusal, "reason": reason, "now": work.ctx.clock.now()}
    changed = await (await work.conn.execute(sql.SET_REFUSAL, params)).fetchall()
    if not changed:
        raise NotFound(f"there is no {kind} token {uid}", field="uid")
    await _tell(work, changed)
    row = await service.get(work, uid, kind)
    assert row is not None, "changed in this transaction"
    return row.token


async def _touch(work: Work, driver: UUID) -> int:
    params = {"driver": driver, "now": work.ctx.clock.now()}
    return await _tell(work, await (await work.conn.execute(sql.TOUCH_DRIVERS, params)).fetchall())


async def _tell(work: Work, changed: list[DictRow]) -> int:
    """Vehicles' contracts were never handed out: nobody has to be told."""
    await announce(work, [row for row in changed if row["type"] != TokenType.EMAID])
    return len(changed)
