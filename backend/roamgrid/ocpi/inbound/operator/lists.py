"""The lists that we offer as an operator (OCPI, Sender interfaces of Locations, Tariffs, Sessions and CDRs)."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from roamgrid.canonical.party import PartyId
from roamgrid.core.operator import service as operator
from roamgrid.core.operator.models import PublishedPage, Window
from roamgrid.kernel import json
from roamgrid.ocpi import kinds
from roamgrid.ocpi.connections.model import InterfaceRole, Side
from roamgrid.ocpi.handshake.addresses import endpoint_url
from roamgrid.ocpi.inbound.answer import UNKNOWN_LOCATION, Answer, ok
from roamgrid.ocpi.inbound.errors import not_found
from roamgrid.ocpi.inbound.locations.levels import Level
from roamgrid.ocpi.inbound.module import Handler, Module, Place
from roamgrid.ocpi.inbound.paging import page_of, window_of
from roamgrid.ocpi.inbound.request import Call
from roamgrid.ocpi.publishing import Publisher, operated
from roamgrid.ocpi.speech import ObjectKind
from roamgrid.tenancy.database import Database, Work

Fetch = Callable[[Work, Call, Sequence[PartyId], Window], Awaitable[PublishedPage]]


@dataclass(frozen=True, slots=True)
class OwnList:
    """`GET ?date_from&date_to&offset&limit` of one kind of object."""

    database: Database
    publisher: Publisher
    base_url: str
    name: str
    kind: ObjectKind[Any]
    fetch: Fetch
    date_required: bool = False

    async def page(self, call: Call) -> Answer:
        """The oldest change first."""
        window = window_of(call, date_required=self.date_required)
        async with self.database.work(call.ctx) as work:
            page = await self.fetch(work, call, operated(call.request.tenant), window)
            documents = await self.publisher.documents(work, call.connection, call.adapter, self.kind, self.name, page.objects)
        url = endpoint_url(self.base_url, call.ctx.tenant, call.adapter.version, self.name, Side.CPO)
        return page_of(call, documents, window, page.total, url, last=page.last)


@dataclass(frozen=True, slots=True)
class OwnLocations:
    """`GET /{location_id}[/{evse_uid}[/{connector_id}]]` of our stations."""

    database: Database
    publisher: Publisher

    async def get(self, call: Call) -> Answer:
        """404 with 2003 for what is not there."""
        level = Level(*call.rest)
        async with self.database.work(call.ctx) as work:
            one = await operator.location(work, operated(call.request.tenant), level.location_id)
            objects = [one] if one else []
            written = await self.publisher.documents(work, call.connection, call.adapter, kinds.LOCATION, "locations", objects)
        part = level.find(written[0]) if written else None
        if part is None:
            raise not_found(f"{level.name} {level.last_id}", UNKNOWN_LOCATION)
        return ok(json.dumps(part))


def own_lists(database: Database, publisher: Publisher, base_url: str) -> list[Module]:
    """The four modules. Sessions and CDRs show a partner the charges of its own tokens only."""

    def listed(name: str, kind: ObjectKind[Any], fetch: Fetch, *, date_required: bool = False) -> Handler:
        return OwnList(database, publisher, base_url, name, kind, fetch, date_required).page

    single = OwnLocations(database, publisher).get
    locations: dict[Place, Handler] = {
        ("GET", 0): listed("locations", kinds.LOCATION, _locations),
        **{("GET", depth): single for depth in (1, 2, 3)},
    }
    return [
        _module("locations", kinds.LOCATION, locations),
        _module("tariffs", kinds.TARIFF, {("GET", 0): listed("tariffs", kinds.TARIFF, _tariffs)}),
        _module("sessions", kinds.SESSION, {("GET", 0): listed("sessions", kinds.SESSION, _sessions, date_required=True)}),
        _module("cdrs", kinds.CDR, {("GET", 0): listed("cdrs", kinds.CDR, _cdrs)}),
    ]


def _module(name: str, kind: ObjectKind[Any], handlers: dict[Place, Handler]) -> Module:
    return Module(name, InterfaceRole.SENDER, handlers, needs=kind, side=Side.CPO)


async def _locations(work: Work, call: Call, ours: Sequence[PartyId], window: Window) -> PublishedPage:
    return await operator.locations(work, ours, window)


async def _tariffs(work: Work, call: Call, ours: Sequence[PartyId], window: Window) -> PublishedPage:
    return await operator.tariffs(work, ours, window)


async def _sessions(work: Work, call: Call, ours: Sequence[PartyId], window: Window) -> PublishedPage:
    return await operator.sessions(work, ours, window, call.connection.id)


async def _cdrs(work: Work, call: Call, ours: Sequence[PartyId], window: Window) -> PublishedPage:
    return await operator.cdrs(work, ours, window, call.connection.id)
