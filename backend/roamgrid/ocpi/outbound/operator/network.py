"""Our stations and tariffs, pushed to whoever takes them: `outbound.push.source.PushSource`.

Always the whole object: it says everything again, so it may be repeated and may be late.
"""

from dataclasses import dataclass
from datetime import datetime

from roamgrid.canonical.location import EvseStatus
from roamgrid.canonical.party import PartyId
from roamgrid.core.operator import service as operator
from roamgrid.core.operator.models import Mark, Published
from roamgrid.ocpi import kinds
from roamgrid.ocpi.connections.model import Connection
from roamgrid.ocpi.outbound.answer import Answer
from roamgrid.ocpi.outbound.operator.addresses import owned_url
from roamgrid.ocpi.outbound.push.queue import Changed
from roamgrid.ocpi.outbound.push.source import Letter
from roamgrid.ocpi.outbound.routing import route_to
from roamgrid.ocpi.publishing import Publisher, operated
from roamgrid.ocpi.speech import Document
from roamgrid.ocpi.wire.common.moments import write_moment
from roamgrid.tenancy.database import Work
from roamgrid.tenancy.directory import Directory

LOCATION, TARIFF = "own location", "own tariff"


@dataclass(frozen=True, slots=True)
class LocationSource:
    """Over a hub it is a broadcast: stations are for everybody behind it (OCPI 2.2.1, Broadcast push)."""

    publisher: Publisher
    directory: Directory
    kind: str = LOCATION
    module: str = "locations"

    async def letter(self, work: Work, connection: Connection, key: str) -> Letter | None:
        """A station that is gone is told once more, with every charging point removed: OCPI deletes none."""
        party, object_id = parts_of(key)
        one = await operator.present_location(work, party, object_id)
        url = owned_url(connection, self.module, party, object_id)
        if one is None or url is None or _is_theirs(one, connection):
            return None
        document = await self.publisher.document(work, connection, kinds.LOCATION, self.module, one)
        if document is None:
            return None
        body = _removed(document, work.ctx.clock.now()) if one.gone else document
        return Letter("PUT", url, body, route_to(connection, party))

    async def changed_since(self, work: Work, connection: Connection, since: datetime) -> list[Changed]:
        ours = operated(await self.directory.by_slug(work.ctx.tenant))
        return [_changed(*found) for found in await operator.locations_since(work, ours, since)]

    async def delivered(self, work: Work, connection: Connection, key: str, answer: Answer) -> None:
        """Nobody keeps a record of it."""


@dataclass(frozen=True, slots=True)
class TariffSource:
    """Hubs fetch tariffs from our list: a broadcast is for stations and tokens."""

    publisher: Publisher
    directory: Directory
    kind: str = TARIFF
    module: str = "tariffs"

    async def letter(self, work: Work, connection: Connection, key: str) -> Letter | None:
        """A tariff that was withdrawn is deleted there."""
        party, object_id = parts_of(key)
        one = await operator.present_tariff(work, party, object_id)
        url = owned_url(connection, self.module, party, object_id)
        if one is None or url is None or _is_theirs(one, connection) or connection.hub is not None:
            return None
        route = route_to(connection, party)
        if one.gone:
            return Letter("DELETE", url, None, route)
        document = await self.publisher.document(work, connection, kinds.TARIFF, self.module, one)
        return None if document is None else Letter("PUT", url, document, route)

    async def changed_since(self, work: Work, connection: Connection, since: datetime) -> list[Changed]:
        ours = operated(await self.directory.by_slug(work.ctx.tenant))
        return [_changed(*found) for found in await operator.tariffs_since(work, ours, since)]

    async def delivered(self, work: Work, connection: Connection, key: str, answer: Answer) -> None:
        """Nobody keeps a record of it."""


def key_of(party: PartyId, object_id: str) -> str:
    """How the queue names an object of ours."""
    return f"{party}/{object_id}"


def parts_of(key: str) -> tuple[PartyId, str]:
    """The same back."""
    party, _, object_id = key.partition("/")
    country_code, _, party_id = party.partition("*")
    return PartyId(country_code, party_id), object_id


def _changed(mark: Mark, party: PartyId) -> Changed:
    return mark.at, key_of(party, mark.key)


def _is_theirs(one: Published, connection: Connection) -> bool:
    """Our back end needs not be told what it told us."""
    return one.source == connection.id


def _removed(document: Document, now: datetime) -> Document:
    at = write_moment(now)
    evses = [{**evse, "status": EvseStatus.REMOVED.value, "last_updated": at} for evse in document.get("evses") or ()]
    return {**document, "evses": evses, "last_updated": at}
