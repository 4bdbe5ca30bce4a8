"""All that an authorization has to know of a token, in one row: the token as the partner is told it, why it is refused, and
how it was used lately.

The statement is put together by two who ask: the protocol room joins it to the partner that presents itself, under a role
that reads nothing else (D16); `read` joins it to a partner that is known already. `c.id` is that partner. Names are qualified,
because the narrow role has no schema of its own.
"""

from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from psycopg.rows import tuple_row
from psycopg.sql import SQL, Identifier

from roamgrid.canonical.party import PartyId, SourceId
from roamgrid.canonical.token import Allowed, Token, TokenType, Whitelist
from roamgrid.core.tokens.uids import uid_key
from roamgrid.tenancy.database import Work

COLUMNS = SQL("""
t.country_code, t.party_id, t.uid, t.type, t.contract_id, t.issuer, t.valid and d.refusal is null,
case when t.own_whitelist then t.whitelist else coalesce(p.whitelist, t.whitelist) end,
t.last_updated, t.visual_number, t.group_id, t.language, t.driver_id, t.valid_until, coalesce(t.refusal, d.refusal),
case when u.window_began_at > %(now)s::timestamptz - interval '1 minute' then u.tries end,
u.last_at, case when u.last_at is not null and h.latitude is not null then
    (12742000 * asin(least(1, sqrt(
        power(sin(radians(h.latitude::float8 - u.latitude) / 2), 2)
        + cos(radians(u.latitude)) * cos(radians(h.latitude::float8))
        * power(sin(radians(h.longitude::float8 - u.longitude) / 2), 2)))))::int end,
s.elsewhere""")

# Sessions at the place where the token is shown are not counted, whatever channel reported them: a card that ends its own
# session is no second one. Nor are those that nobody reported on for a day: some never end (OCPI issue 524).
JOINS = SQL("""
  left join {schema}.token t
    on t.uid_key = %(uid_key)s and t.type = %(type)s and (t.source_id is null or t.source_id = c.id)
  left join {schema}.driver d on d.id = t.driver_id
  left join {schema}.token_policy p on p.source_id = c.id and p.type = t.type
  left join {schema}.token_use u on u.uid_key = t.uid_key and u.type = t.type
  left join lateral (
        select latitude, longitude from {schema}.location
         where source_id = c.id and location_id = %(location)s limit 1) as h on true
  left join lateral (
        select count(*) as elsewhere from {schema}.session
         where lower(translate(token_uid, ' :.-_', '')) = t.uid_key and status in ('ACTIVE', 'PENDING')
           and received_at > %(now)s::timestamptz - interval '1 day'
           and not (location_id = coalesce(%(location)s, '')
                    and (%(evses)s = '' or evse_uid = any(string_to_array(%(evses)s, E'\\n'))))) as s on true""")

_READ = SQL("select {columns} from (select %(source)s::uuid as id) c {joins}")


class Asked(NamedTuple):
    """Which token, and where it is shown if the operator says so. `evse_uids` empty: anywhere at the location."""

    uid: str
    type: TokenType
    location_id: str | None = None
    evse_uids: tuple[str, ...] = ()

    def params(self, now: datetime) -> dict[str, Any]:
        """For `COLUMNS` and `JOINS`."""
        return {
            "uid_key": uid_key(self.uid),
            "type": self.type.value,
            "location": self.location_id,
            "evses": "\n".join(self.evse_uids),
            "now": now,
        }


class Use(NamedTuple):
    """`tries` within the minute that began with the first of them. `last_at`: when it was last allowed at a place that we
    know, `distance_m` from there to where it is shown now. `elsewhere`: sessions that run at other places.
    """

    tries: int = 0
    last_at: datetime | None = None
    distance_m: int | None = None
    elsewhere: int = 0


class Standing(NamedTuple):
    """What is known of a token when it is shown."""

    token: Token
    driver_id: UUID | None
    valid_until: datetime | None
    refusal: Allowed | None
    use: Use


async def read(work: Work, source: SourceId, asked: Asked) -> Standing | None:
    """None for a token that this partner may not know."""
    statement = _statement(work.ctx.binding.schema)
    cursor = work.conn.cursor(row_factory=tuple_row)
    await cursor.execute(statement, {**asked.params(work.ctx.clock.now()), "source": source})
    row = await cursor.fetchone()
    return None if row is None else standing_of(row)


def standing_of(row: tuple[Any, ...]) -> Standing | None:
    """A row of `COLUMNS`; None when it holds no token."""
    country, party, uid, kind, contract, issuer, valid, whitelist, updated, visual, group, language, *rest = row
    if uid is None:
        return None
    driver, until, refusal, tries, last_at, distance, elsewhere = rest
    token = Token(
        party=PartyId(country, party),
        uid=uid,
        type=TokenType(kind),
        contract_id=contract,
        issuer=issuer,
        valid=valid,
        whitelist=Whitelist(whitelist),
        last_updated=updated,
        visual_number=visual,
        group_id=group,
        language=language,
    )
    use = Use(tries or 0, last_at, distance, elsewhere)
    return Standing(token, driver, until, Allowed(refusal) if refusal else None, use)


@lru_cache(maxsize=4096)
def _statement(schema: str) -> bytes:
    return _READ.format(columns=COLUMNS, joins=JOINS.format(schema=Identifier(schema))).as_bytes(None)
