"""What peers may pull: locations, tariffs, their sessions, their CDRs (OCPI Sender interfaces)."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from starlette.routing import Route

from roamgrid.kernel.json import dumps, loads
from roamgrid.sandbox.cpo.network import Network, only
from roamgrid.sandbox.cpo.options import Knobs
from roamgrid.sandbox.cpo.records import Records
from roamgrid.sandbox.ocpi.call import Call
from roamgrid.sandbox.ocpi.pages import PageQuery
from roamgrid.sandbox.ocpi.quirks import Quirk
from roamgrid.sandbox.ocpi.shapes.shape import Owner
from roamgrid.sandbox.ocpi.side import Side
from roamgrid.sandbox.ocpi.surface import Surface
from roamgrid.sandbox.ocpi.voice import Voice
from roamgrid.sandbox.ocpi.wire import Envelope, OcpiError, ok

Json = dict[str, Any]
Scope = Callable[[Call], Owner | None]


def by_connection(call: Call) -> Owner | None:
    """Lists show every party of ours, or the one that the connection is for."""
    return call.peer.party


class Publishing:
    """Read-only handlers over the network and the records. `scope` says whose objects a list shows; None: everybody's."""

    def __init__(
        self,
        side: Side,
        network: Network,
        records: Records,
        voice: Voice,
        knobs: Callable[[], Knobs],
        page_limit: int,
        scope: Scope = by_connection,
    ) -> None:
        self._side = side
        self._network = network
        self._records = records
        self._voice = voice
        self._knobs = knobs
        self._page_limit = page_limit
        self._scope = scope

    def routes(self, surface: Surface) -> list[Route]:
        evse = "/{location_id}/{evse_uid}"
        return [
            *surface.routes("locations", "", {"GET": self.locations}),
            *surface.routes("locations", "/{location_id}", {"GET": self.location}),
            *surface.routes("locations", evse, {"GET": self.location}),
            *surface.routes("locations", evse + "/{connector_id}", {"GET": self.location}),
            *surface.routes("tariffs", "", {"GET": self.tariffs}),
            *surface.routes("sessions", "", {"GET": self.sessions}),
            *surface.routes("cdrs", "", {"GET": self.cdrs}),
        ]

    async def locations(self, call: Call) -> Envelope:
        query = self._query(call)
        found = self._network.locations.between(*self._window(query), owner=self._scope(call))
        verbatim = self._voice.is_verbatim(call.shape)

        def render(raw: bytes) -> bytes:
            return raw if verbatim else dumps(self._voice.location(loads(raw), call.shape))

        return query.answer(found, self._url(call, "locations"), render)

    async def location(self, call: Call) -> Envelope:
        """A location, one of its EVSEs, or one of that EVSE's connectors."""
        path = call.request.path_params
        house = self._network.location(path["location_id"], owner=call.addressed_party)
        if house is None or not _belongs(house, self._scope(call)):
            raise OcpiError.not_found("location", code=2003)
        found = self._voice.location(house, call.shape)
        for children, key, name in (("evses", "uid", "evse_uid"), ("connectors", "id", "connector_id")):
            if wanted := path.get(name):
                found = _child(found, children, key, wanted)
        return ok(found, party=(house["country_code"], house["party_id"]))

    async def tariffs(self, call: Call) -> Envelope:
        query = self._query(call)
        found = self._network.tariffs.between(query.date_from, query.date_to, owner=self._scope(call))
        verbatim = self._voice.is_verbatim(call.shape)

        def render(raw: bytes) -> bytes:
            return raw if verbatim else dumps(self._voice.tariff(loads(raw), call.shape))

        return query.answer(found, self._url(call, "tariffs"), render)

    async def sessions(self, call: Call) -> Envelope:
        query = self._query(call)
        if query.date_from is None:
            raise OcpiError(2001, "date_from: required for sessions")
        mine = self._records.sessions_of(call.peer.id, query.date_from, query.date_to, owner=self._scope(call))
        return query.answer(
            mine,
            self._url(call, "sessions"),
            lambda session: dumps(self._voice.session(session.as_json(), only(session.place), call.shape)),
        )

    async def cdrs(self, call: Call) -> Envelope:
        query = self._query(call)
        mine = self._records.cdrs_of(call.peer.id, query.date_from, query.date_to, owner=self._scope(call))
        return query.answer(
            mine, self._url(call, "cdrs"), lambda kept: dumps(self._voice.cdr(kept.cdr, kept.location, call.shape))
        )

    def _query(self, call: Call) -> PageQuery:
        return PageQuery(call.request.query_params, page_limit=self._page_limit, quirks=self._knobs().quirks)

    def _window(self, query: PageQuery) -> tuple[datetime | None, datetime | None]:
        """Where `last_updated` is always now, everything is new."""
        return (None, None) if self._voice.has(Quirk.FRESH_LAST_UPDATED) else (query.date_from, query.date_to)

    def _url(self, call: Call, module: str) -> str:
        slash = "/" if self._voice.has(Quirk.TRAILING_SLASH_REQUIRED) else ""
        return self._side.url(call.shape, module) + slash


def _belongs(house: Json, scope: Owner | None) -> bool:
    return scope is None or (house["country_code"], house["party_id"]) == scope


def _child(parent: Json, children: str, key: str, wanted: str) -> Json:
    found = next((item for item in parent.get(children) or [] if item[key].casefold() == wanted.casefold()), None)
    if found is None:
        raise OcpiError.not_found(children.removesuffix("s"), code=2003)
    return dict(found)
