"""`/_control` of the provider: for programs on the same machine only."""

from typing import Any, Literal

import msgspec
from starlette.requests import Request
from starlette.routing import Route

from roamgrid.sandbox.emsp.desk import Desk
from roamgrid.sandbox.ocpi.local_control import control_body, local_only
from roamgrid.sandbox.ocpi.shapes.shape import Version

Json = dict[str, Any]


class _Invitation(msgspec.Struct, forbid_unknown_fields=True):
    versions_url: str
    token: str


class _Move(msgspec.Struct, forbid_unknown_fields=True):
    connection: str
    version: Version | None = None


class _Pull(msgspec.Struct, forbid_unknown_fields=True):
    connection: str
    module: Literal["locations", "tariffs", "sessions", "cdrs"]


class _PushToken(msgspec.Struct, forbid_unknown_fields=True):
    connection: str
    uid: str
    changes: Json = msgspec.field(default_factory=dict)


class _Command(msgspec.Struct, forbid_unknown_fields=True):
    connection: str
    command: str
    fields: Json = msgspec.field(default_factory=dict)
    token_uid: str | None = None


class Control:
    """HTTP for `Desk`."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> list[Route]:
        posts = {
            "/knobs": self._knobs,
            "/invite": self._invite,
            "/register": self._register,
            "/connections/renew": self._renew,
            "/connections/leave": self._leave,
            "/pull": self._pull,
            "/tokens": self._push_token,
            "/commands": self._command,
        }
        return [
            Route("/_control/state", local_only(self._state), methods=["GET"]),
            Route("/_control/objects/{module}", local_only(self._objects), methods=["GET"]),
            *(Route(f"/_control{path}", local_only(handler), methods=["POST"]) for path, handler in posts.items()),
        ]

    async def _state(self, _: Request) -> Json:
        return self._desk.state()

    async def _objects(self, request: Request) -> Json:
        return self._desk.objects(request.path_params["module"])

    async def _knobs(self, request: Request) -> Json:
        return self._desk.turn(await control_body(request, Json))

    async def _invite(self, _: Request) -> Json:
        return self._desk.invite()

    async def _register(self, request: Request) -> Json:
        invitation = await control_body(request, _Invitation)
        return await self._desk.register(invitation.versions_url, invitation.token)

    async def _renew(self, request: Request) -> Json:
        wanted = await control_body(request, _Move)
        return await self._desk.move(wanted.connection, wanted.version)

    async def _leave(self, request: Request) -> Json:
        return await self._desk.leave((await control_body(request, _Move)).connection)

    async def _pull(self, request: Request) -> Json:
        wanted = await control_body(request, _Pull)
        return await self._desk.pull(wanted.connection, wanted.module)

    async def _push_token(self, request: Request) -> Json:
        wanted = await control_body(request, _PushToken)
        return await self._desk.push_token(wanted.connection, wanted.uid, wanted.changes)

    async def _command(self, request: Request) -> Json:
        wanted = await control_body(request, _Command)
        return await self._desk.command(wanted.connection, wanted.command, wanted.fields, wanted.token_uid)
