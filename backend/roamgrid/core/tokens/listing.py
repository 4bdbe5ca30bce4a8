"""Tokens as staff see them: also why one is refused, and which partner could not be told yet."""

from psycopg.rows import DictRow

from roamgrid.canonical.party import SourceId
from roamgrid.core.tokens import repository as sql
from roamgrid.core.tokens.models import ListedToken, Untold
from roamgrid.core.tokens.service import row_of
from roamgrid.core.tokens.uids import uid_key
from roamgrid.tenancy.database import Work

Place = tuple[str, str]
"""Where a page ended: uid key and type."""


async def listed(
    work: Work, *, refused: bool | None = None, uid: str | None = None, after: Place = ("", ""), limit: int = 500
) -> list[ListedToken]:
    """By uid. `refused` True: only those that are not valid. `after`: `place_of` the last one seen."""
    params = {
        "source": None,
        "refused": refused,
        "uid_key": None if uid is None else uid_key(uid),
        "after_key": after[0],
        "after_type": after[1],
        "limit": limit,
    }
    rows = await (await work.conn.execute(sql.LIST, params)).fetchall()
    untold = await _untold(work, [row["uid_key"] for row in rows])
    return [ListedToken(row_of(row), tuple(untold.get((row["uid_key"], row["type"]), ()))) for row in rows]


def place_of(token: ListedToken) -> Place:
    """For the next page."""
    return uid_key(token.row.token.uid), token.row.token.type


async def _untold(work: Work, keys: list[str]) -> dict[tuple[str, str], list[Untold]]:
    found: dict[tuple[str, str], list[Untold]] = {}
    rows: list[DictRow] = await (await work.conn.execute(sql.UNTOLD, {"keys": keys})).fetchall()
    for row in rows:
        one = Untold(SourceId(row["source_id"]), row["failures"], row["error"])
        found.setdefault((row["uid_key"], row["type"]), []).append(one)
    return found


async def known_cards(work: Work, keys: list[str]) -> set[str]:
    """Which of these uid keys are cards of the brand."""
    return {row["uid_key"] for row in await (await work.conn.execute(sql.KEYS, {"keys": keys})).fetchall()}
