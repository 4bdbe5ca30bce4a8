"""`/_control`: what a developer does to this operator from the same machine. Not part of OCPI."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from roamgrid.kernel.json import JsonError, dumps, loads
from roamgrid.sandbox.cpo.authorise import Refused
from roamgrid.sandbox.cpo.desk import Desk, NotThere
from roamgrid.sandbox.cpo.dump import UnreadableDump
from roamgrid.sandbox.cpo.peer import Unreachable
from roamgrid.sandbox.cpo.wire import OcpiError
from roamgrid.sandbox.loopback import is_local

Json = dict[str, Any]
T = TypeVar("T")


class _Invitation(msgspec.Struct):
    versions_url: str
    token: str


class _Files(msgspec.Struct, forbid_unknown_fields=True):
    locations: str | None = None
    tariffs: str | None = None
    removed: str | None = None


class _Tap(msgspec.Struct, forbid_unknown_fields=True):
    location_id: str
    evse_uid: str
    token_uid: str
    connection: str
    connector_id: str | None = None
    type: str = "RFID"


class Control:
    """HTTP for `Desk`. Callers that are not on this machine are told that nothing is here."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> list[Route]:
        posts = {
            "/knobs": self._knobs,
            "/register": self._register,
            "/invite": self._invite,
            "/network": self._network,
            "/rfid": self._rfid,
            "/sessions/{id}/stop": self._stop,
            "/replay/cdr/{id}": self._replay,
        }
        return [
            Route("/_control/state", _local(self._state), methods=["GET"]),
            *(Route(f"/_control{path}", _local(handler), methods=["POST"]) for path, handler in posts.items()),
        ]

    async def _state(self, _: Request) -> Json:
        return self._desk.state()

    async def _knobs(self, request: Request) -> Json:
        return self._desk.turn(await _body(request, Json))

    async def _register(self, request: Request) -> Json:
        invitation = await _body(request, _Invitation)
        return await self._desk.register(invitation.versions_url, invitation.token)

    async def _invite(self, _: Request) -> Json:
        return self._desk.invite()

    async def _network(self, request: Request) -> Json:
        named = await _body(request, _Files)
        return self._desk.merge(_path(named.locations), _path(named.tariffs), _path(named.removed))

    async def _rfid(self, request: Request) -> Json:
        tap = await _body(request, _Tap)
        return await self._desk.tap(
            location_id=tap.location_id,
            evse_uid=tap.evse_uid,
            connector_id=tap.connector_id,
            token_uid=tap.token_uid,
            kind=tap.type,
            connection_id=tap.connection,
        )

    async def _stop(self, request: Request) -> Json:
        return self._desk.stop(request.path_params["id"])

    async def _replay(self, request: Request) -> Json:
        changed = request.query_params.get("change") == "total"
        return await self._desk.replay_cdr(request.path_params["id"], changed=changed)


def _local(handler: Callable[[Request], Awaitable[Json]]) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        if not is_local(request):
            return _json({"error": "not found"}, status=404)
        try:
            return _json(await handler(request))
        except NotThere as error:
            return _json({"error": str(error)}, status=404)
        except Refused as error:
            return _json({"error": str(error)}, status=403)
        except (msgspec.ValidationError, JsonError, UnreadableDump) as error:
            return _json({"error": str(error)}, status=400)
        except (Unreachable, OcpiError) as error:
            return _json({"error": str(error)}, status=502)

    return endpoint


def _json(content: Json, *, status: int = 200) -> Response:
    return Response(dumps(content), status_code=status, media_type="application/json")


async def _body(request: Request, as_type: type[T]) -> T:
    return msgspec.convert(loads(await request.body()), as_type)


def _path(name: str | None) -> Path | None:
    return Path(name) if name else None
