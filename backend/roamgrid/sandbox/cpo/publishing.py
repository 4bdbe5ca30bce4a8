"""What peers may pull: locations, tariffs, their sessions, their CDRs (OCPI 2.2.1, Sender interfaces)."""

from typing import Any

from starlette.routing import Route

from roamgrid.sandbox.cpo.network import Network
from roamgrid.sandbox.cpo.records import Records
from roamgrid.sandbox.cpo.surface import Call, Surface
from roamgrid.sandbox.cpo.wire import Envelope, OcpiError, PageQuery, ok

Json = dict[str, Any]


class Publishing:
    """Read-only handlers over the network and the records."""

    def __init__(self, base_url: str, network: Network, records: Records, page_limit: int) -> None:
        self._base = f"{base_url}/ocpi/2.2.1"
        self._network = network
        self._records = records
        self._page_limit = page_limit

    def routes(self, surface: Surface) -> list[Route]:
        location = "/ocpi/2.2.1/locations/{location_id}"
        return [
            *surface.routes("/ocpi/2.2.1/locations", {"GET": self.locations}),
            *surface.routes(location, {"GET": self.location}),
            *surface.routes(location + "/{evse_uid}", {"GET": self.location}),
            *surface.routes(location + "/{evse_uid}/{connector_id}", {"GET": self.location}),
            *surface.routes("/ocpi/2.2.1/tariffs", {"GET": self.tariffs}),
            *surface.routes("/ocpi/2.2.1/sessions", {"GET": self.sessions}),
            *surface.routes("/ocpi/2.2.1/cdrs", {"GET": self.cdrs}),
        ]

    async def locations(self, call: Call) -> Envelope:
        query = self._query(call)
        return query.answer(self._network.locations.between(query.date_from, query.date_to), f"{self._base}/locations")

    async def location(self, call: Call) -> Envelope:
        """A location, one of its EVSEs, or one of that EVSE's connectors."""
        path = call.request.path_params
        found: Json | None = self._network.location(path["location_id"], owner=call.addressed_party)
        if found is None:
            raise OcpiError.not_found("location", code=2003)
        for children, key, name in (("evses", "uid", "evse_uid"), ("connectors", "id", "connector_id")):
            if wanted := path.get(name):
                found = _child(found, children, key, wanted)
        return ok(found)

    async def tariffs(self, call: Call) -> Envelope:
        query = self._query(call)
        return query.answer(self._network.tariffs.between(query.date_from, query.date_to), f"{self._base}/tariffs")

    async def sessions(self, call: Call) -> Envelope:
        query = self._query(call)
        if query.date_from is None:
            raise OcpiError(2001, "date_from: required for sessions")
        mine = self._records.sessions_of(call.peer.id, query.date_from, query.date_to)
        return query.answer(mine, f"{self._base}/sessions")

    async def cdrs(self, call: Call) -> Envelope:
        query = self._query(call)
        mine = self._records.cdrs_of(call.peer.id, query.date_from, query.date_to)
        return query.answer(mine, f"{self._base}/cdrs")

    def _query(self, call: Call) -> PageQuery:
        return PageQuery(call.request.query_params, page_limit=self._page_limit)


def _child(parent: Json, children: str, key: str, wanted: str) -> Json:
    found = next((item for item in parent.get(children) or [] if item[key].casefold() == wanted.casefold()), None)
    if found is None:
        raise OcpiError.not_found(children.removesuffix("s"), code=2003)
    return dict(found)
