"""Commands to operators, and the results that come back (OCPI mod_commands, mod_charging_profiles, Sender interfaces)."""

from typing import Any
from uuid import uuid4

from starlette.routing import Route

from roamgrid.kernel.json import loads
from roamgrid.sandbox.ocpi.call import Call
from roamgrid.sandbox.ocpi.shapes.shape import Shape
from roamgrid.sandbox.ocpi.surface import Surface
from roamgrid.sandbox.ocpi.wire import Envelope, ok

Json = dict[str, Any]
_SINCE_2_2 = {"START_SESSION": ("connector_id", "authorization_reference"), "RESERVE_NOW": ("authorization_reference",)}
_WITH_TOKEN = ("START_SESSION", "RESERVE_NOW")


class CommandResults:
    """`received` holds what was posted to each response URL, oldest first; `profiles` what a station says it obeys."""

    def __init__(self) -> None:
        self.received: dict[str, list[Any]] = {}
        self.profiles: dict[str, Json] = {}

    def routes(self, surface: Surface) -> list[Route]:
        return [
            *surface.routes("commands", "/{command}/{reference}", {"POST": self.take}),
            *surface.routes("chargingprofiles", "/{session_id}", {"PUT": self.obeyed}),
        ]

    async def take(self, call: Call) -> Envelope:
        """Whatever came: results are wrapped, bare, or bare texts, depending on who sends them."""
        self.received.setdefault(call.request.path_params["reference"], []).append(loads(await call.request.body()))
        return ok()

    async def obeyed(self, call: Call) -> Envelope:
        self.profiles[call.request.path_params["session_id"]] = loads(await call.request.body())
        return ok()


def new_reference() -> str:
    return str(uuid4())


def command_body(name: str, fields: Json, token: Json | None, response_url: str, shape: Shape) -> Json:
    """The body of a command as the version writes it; fields that it does not know are left out."""
    unknown = () if shape.names_owner else _SINCE_2_2.get(name, ())
    told = {field: value for field, value in fields.items() if field not in unknown}
    if "reservation_id" in told and not shape.names_owner:
        told["reservation_id"] = int(told["reservation_id"])
    carried = {"token": shape.token(token)} if token and name in _WITH_TOKEN else {}
    return {"response_url": response_url} | carried | told
