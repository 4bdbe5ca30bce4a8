"""Remember who a source speaks for."""

from collections.abc import Iterable

from roamgrid.canonical.party import Party, PartyId, SourceId
from roamgrid.tenancy.database import Work

_REGISTER = """
insert into party (source_id, country_code, party_id, role, name, website)
values (%(source)s, %(country)s, %(party)s, %(role)s, %(name)s, %(website)s)
on conflict (source_id, country_code, party_id, role) do update set name = excluded.name, website = excluded.website"""
NOTICE = """
insert into party (source_id, country_code, party_id, role, name, website)
values (%(source)s, %(country)s, %(party)s, %(role)s, %(name)s, %(website)s)
on conflict (source_id, country_code, party_id, role) do nothing"""
_NAME = "select name from party where country_code = %(country)s and party_id = %(party)s order by name limit 1"


async def register(work: Work, source: SourceId, parties: Iterable[Party]) -> None:
    """Add or rename the parties of a source."""
    async with work.conn.cursor() as cursor:
        await cursor.executemany(_REGISTER, [params_of(source, party) for party in parties])


async def notice(work: Work, source: SourceId, party: Party) -> None:
    """A party that turned up behind a source. What is known of it stays."""
    await work.conn.execute(NOTICE, params_of(source, party))


def params_of(source: SourceId, party: Party) -> dict[str, object]:
    """The parameters of `NOTICE`."""
    return {
        "source": source,
        "country": party.id.country_code,
        "party": party.id.party_id,
        "role": party.role,
        "name": party.name,
        "website": party.website,
    }


async def name_of(work: Work, party: PartyId) -> str | None:
    """A party's name, when any source told one."""
    row = await (await work.conn.execute(_NAME, {"country": party.country_code, "party": party.party_id})).fetchone()
    return row["name"] if row else None
