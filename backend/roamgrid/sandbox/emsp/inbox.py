"""What operators tell: locations, tariffs, sessions, CDRs, kept as they came (OCPI Receiver interfaces)."""

from collections.abc import Callable
from typing import Any

from starlette.routing import Route

from roamgrid.sandbox.emsp.options import EmspKnobs
from roamgrid.sandbox.emsp.store import Store, merged
from roamgrid.sandbox.ocpi.call import Call
from roamgrid.sandbox.ocpi.quirks import Quirk
from roamgrid.sandbox.ocpi.shapes.shape import Owner
from roamgrid.sandbox.ocpi.side import Side
from roamgrid.sandbox.ocpi.surface import Surface
from roamgrid.sandbox.ocpi.wire import Envelope, OcpiError, ok, parsed

Json = dict[str, Any]
_PLACES = "/{country_code}/{party_id}/{id}"
_CHILDREN = (("evse_uid", "evses", "uid"), ("connector_id", "connectors", "id"))


class Inbox:
    """Every peer writes into its own objects only; those behind a hub are the hub's to bring."""

    def __init__(self, side: Side, store: Store, knobs: Callable[[], EmspKnobs]) -> None:
        self._side = side
        self._store = store
        self._knobs = knobs

    def routes(self, surface: Surface) -> list[Route]:
        evse = _PLACES + "/{evse_uid}"
        place = {"GET": self.show, "PUT": self.put, "PATCH": self.patch}
        return [
            *surface.routes("locations", _PLACES, place),
            *surface.routes("locations", evse, place),
            *surface.routes("locations", evse + "/{connector_id}", place),
            *surface.routes("tariffs", _PLACES, place | {"DELETE": self.delete}),
            *surface.routes("sessions", _PLACES, place),
            *surface.routes("cdrs", "", {"POST": self.post_cdr}),
            *surface.routes("cdrs", "/{country_code}/{party_id}", {"POST": self.post_cdr}),
            *surface.routes("cdrs", "/{id}", {"GET": self.show_cdr}),
        ]

    async def show(self, call: Call) -> Envelope:
        return ok(_part(self._known(call), call, up_to=2))

    async def put(self, call: Call) -> Envelope:
        body = parsed(await call.request.body(), Json)
        module, owner, object_id = self._address(call)
        if "evse_uid" in call.request.path_params:
            whole = self._known(call)
            _replace_part(whole, call, body)
            self._store.put(call.peer, module, owner, object_id, whole)
            return ok()
        is_new = self._store.put(call.peer, module, owner, object_id, body)
        return ok(http=201 if is_new else 200)

    async def patch(self, call: Call) -> Envelope:
        change = parsed(await call.request.body(), Json)
        if call.shape.patches_need_date and "last_updated" not in change:
            raise OcpiError(2001, "last_updated: required in a PATCH")
        module, owner, object_id = self._address(call)
        whole = self._known(call)
        part = _part(whole, call, up_to=2)
        part.update(merged(part, change, appends_periods=call.shape.names_owner))
        self._store.put(call.peer, module, owner, object_id, whole)
        return ok()

    async def delete(self, call: Call) -> Envelope:
        module, owner, object_id = self._address(call)
        self._known(call)
        self._store.remove(call.peer, module, owner, object_id)
        return ok()

    async def post_cdr(self, call: Call) -> Envelope:
        """Exactly once: the same again is acknowledged, other content under the same id is not."""
        cdr = parsed(await call.request.body(), Json)
        if not isinstance(cdr.get("id"), str):
            raise OcpiError(2001, "id: required")
        if _is_negative(cdr) and Quirk.REFUSES_NEGATIVE_TOTALS in self._knobs().quirks:
            raise OcpiError(2001, "total_cost: must not be negative")
        owner = (cdr.get("country_code", call.peer.first_party[0]), cdr.get("party_id", call.peer.first_party[1]))
        known = self._store.find(call.peer, "cdrs", owner, cdr["id"])
        if known is not None and known != cdr:
            raise OcpiError(2001, f"id: {cdr['id']} is known with other content")
        self._store.put(call.peer, "cdrs", owner, cdr["id"], cdr)
        return self._stored(f"{self._side.url(call.shape, 'cdrs')}/{cdr['id']}", is_new=known is None)

    async def show_cdr(self, call: Call) -> Envelope:
        found = self._store.cdr(call.peer, call.request.path_params["id"])
        if found is None:
            raise OcpiError.not_found("CDR")
        return ok(found)

    def _stored(self, url: str, *, is_new: bool) -> Envelope:
        http, quirks = 201 if is_new else 200, self._knobs().quirks
        if Quirk.CDR_URL_IN_BODY in quirks:
            return ok(url, http=http)
        relative = Quirk.RELATIVE_CDR_LOCATION in quirks
        return ok(http=http, headers={"Location": url.removeprefix(self._side.base_url) if relative else url})

    def _known(self, call: Call) -> Json:
        found = self._store.find(call.peer, *self._address(call))
        if found is None:
            raise OcpiError.not_found("object")
        return found

    def _address(self, call: Call) -> tuple[str, Owner, str]:
        path = call.request.path_params
        owner = (path["country_code"], path["party_id"])
        behind_hub = call.peer.hub_party_id is not None or any(role["role"] == "HUB" for role in call.peer.roles)
        if not behind_hub and not call.peer.owns(*owner):
            raise OcpiError.not_found("party")
        module = call.request.url.path.split("/")[3]
        return module, owner, path["id"]


def _part(whole: Json, call: Call, *, up_to: int) -> Json:
    """The location itself, or the EVSE or connector that the URL names."""
    found = whole
    for name, children, key in _CHILDREN[:up_to]:
        if wanted := call.request.path_params.get(name):
            child = next((item for item in found.get(children) or [] if item[key] == wanted), None)
            if child is None:
                raise OcpiError.not_found(children.removesuffix("s"))
            found = child
    return found


def _replace_part(whole: Json, call: Call, body: Json) -> None:
    is_connector = "connector_id" in call.request.path_params
    parent = _part(whole, call, up_to=1) if is_connector else whole
    name, children, key = _CHILDREN[1 if is_connector else 0]
    wanted = call.request.path_params[name]
    parent[children] = [item for item in parent.get(children) or [] if item[key] != wanted] + [body]


def _is_negative(cdr: Json) -> bool:
    total = cdr.get("total_cost")
    amounts = total.values() if isinstance(total, dict) else [total]
    return any(not isinstance(amount, list | str | None) and amount < 0 for amount in amounts)
