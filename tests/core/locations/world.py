"""Feeds of several sources that tell of the same charging points, and what a driver sees of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from roamgrid.canonical.location import Coordinates, Evse, Location
from roamgrid.canonical.party import SourceId
from roamgrid.core.locations import service as locations
from roamgrid.core.locations.models import EvseRow, Near, StationQuery, StationRow
from roamgrid.core.parties import standing
from roamgrid.core.parties.standing import SourceKind
from roamgrid.core.received import ObjectKey
from roamgrid.tenancy.context import TenantContext
from roamgrid.tenancy.database import Database
from tests.builders import evse, location, received

OPERATOR_PLATFORM = SourceId(UUID("00000000-0000-7000-8000-00000000000a"))
HUB = SourceId(UUID("00000000-0000-7000-8000-00000000000b"))
OTHER_HUB = SourceId(UUID("00000000-0000-7000-8000-00000000000c"))
AROUND = Near(Coordinates(Decimal("52.0907"), Decimal("5.1214")), 30_000)


def point(name: str, uid: str | None = None, **changes: Any) -> Evse:
    """A charging point that every source recognises by its EVSE id, whatever it calls it itself."""
    return evse(uid or name, evse_id=f"NL*GRF*{name}", evse_key=f"nlgrf0{name}".lower(), **changes)


def site(location_id: str, *points: Evse, **changes: Any) -> Location:
    return location(location_id, *points, **changes)


@dataclass(frozen=True, slots=True)
class Network:
    """One brand's stations."""

    database: Database
    ctx: TenantContext

    async def tell(self, source: SourceId, *sites: Location) -> None:
        """A page of a source's feed."""
        async with self.database.work(self.ctx) as work:
            await locations.apply_page(work, source, [received(one) for one in sites])

    async def crawl(self, source: SourceId, *sites: Location) -> None:
        """A complete crawl: what it does not show is gone."""
        await self.tell(source, *sites)
        seen = {ObjectKey(one.party.country_code, one.party.party_id, one.id) for one in sites}
        async with self.database.work(self.ctx) as work:
            await locations.finish_crawl(work, source, seen)

    async def hub(self, *sources: SourceId) -> None:
        async with self.database.work(self.ctx) as work:
            for source in sources:
                await standing.note_kind(work, source, SourceKind.HUB)

    async def reachable(self, source: SourceId, reachable: bool) -> None:
        async with self.database.work(self.ctx) as work:
            await standing.note_reachable(work, source, reachable)

    async def stations(self, **filters: object) -> list[StationRow]:
        async with self.database.work(self.ctx) as work:
            return await locations.search(work, StationQuery(AROUND, limit=100, **filters))  # type: ignore[arg-type]

    async def points(self, station: int) -> list[EvseRow]:
        async with self.database.work(self.ctx) as work:
            return (await locations.evses_of(work, [station]))[station]

    async def shown(self) -> Sequence[tuple[str, tuple[tuple[str, tuple[tuple[SourceId, str], ...]], ...]]]:
        """Everything a driver sees, without ids: stations by name, their points with the ranked sources."""
        found = []
        for row in await self.stations():
            points = await self.points(row.id)
            told = sorted(
                (str(row_.evse_id), tuple((channel.source, channel.evse_uid) for channel in row_.channels)) for row_ in points
            )
            found.append((row.name, tuple(told)))
        return sorted(found)
