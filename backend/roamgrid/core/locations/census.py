"""How many stations there are, and of what they are made (D9)."""

from dataclasses import dataclass

from roamgrid.tenancy.database import Work

_CENSUS = """
select count(distinct coalesce(m.station, l.id)) as stations, count(*) as locations, count(distinct l.source_id) as sources
  from location l left join station_member m on m.location = l.id
 where l.removed_at is null"""


@dataclass(frozen=True, slots=True)
class Census:
    """Live `locations` of all `sources`; those that are one place are one of the `stations`."""

    stations: int
    locations: int
    sources: int


async def census(work: Work) -> Census:
    """What the brand's drivers can find, and from where it is known."""
    row = await (await work.conn.execute(_CENSUS)).fetchone()
    if row is None:
        raise RuntimeError("an aggregate always has one row")
    return Census(**row)
