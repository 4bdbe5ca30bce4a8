"""`/_control`: what a developer does to this operator from the same machine. Not part of OCPI."""

from pathlib import Path
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.routing import Route

from roamgrid.sandbox.cpo.authorise import Refused
from roamgrid.sandbox.cpo.desk import Desk
from roamgrid.sandbox.cpo.dump import UnreadableDump
from roamgrid.sandbox.ocpi.local_control import control_body, local_only
from roamgrid.sandbox.ocpi.shapes.shape import Owner, Version
from roamgrid.sandbox.ocpi.wire import OcpiError

Json = dict[str, Any]
_REFUSALS: dict[type[Exception], int] = {Refused: 403, UnreadableDump: 400}


class _Party(msgspec.Struct, forbid_unknown_fields=True):
    """`NL*DOM`: which of our parties a connection is for."""

    party: str | None = None


class _Invitation(_Party, kw_only=True):
    versions_url: str
    token: str


class _Move(msgspec.Struct, forbid_unknown_fields=True):
    connection: str
    version: Version | None = None


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
            "/credit/cdr/{id}": self._credit,
            "/connections/renew": self._renew,
            "/connections/leave": self._leave,
            "/reservations/{id}/cancel": self._cancel_reservation,
        }
        return [
            Route("/_control/state", local_only(self._state), methods=["GET"]),
            *(Route(f"/_control{path}", local_only(handler, _REFUSALS), methods=["POST"]) for path, handler in posts.items()),
        ]

    async def _state(self, _: Request) -> Json:
        return self._desk.state()

    async def _knobs(self, request: Request) -> Json:
        return self._desk.turn(await control_body(request, Json))

    async def _register(self, request: Request) -> Json:
        invitation = await control_body(request, _Invitation)
        return await self._desk.register(invitation.versions_url, invitation.token, _owner(invitation.party))

    async def _invite(self, request: Request) -> Json:
        return self._desk.invite(_owner((await control_body(request, _Party)).party))

    async def _renew(self, request: Request) -> Json:
        wanted = await control_body(request, _Move)
        return await self._desk.move(wanted.connection, wanted.version)

    async def _leave(self, request: Request) -> Json:
        return await self._desk.leave((await control_body(request, _Move)).connection)

    async def _credit(self, request: Request) -> Json:
        replace = request.query_params.get("replace") == "true"
        return await self._desk.credit(request.path_params["id"], replace=replace)

    async def _cancel_reservation(self, request: Request) -> Json:
        return await self._desk.cancel_reservation(request.path_params["id"])

    async def _network(self, request: Request) -> Json:
        named = await control_body(request, _Files)
        return self._desk.merge(_path(named.locations), _path(named.tariffs), _path(named.removed))

    async def _rfid(self, request: Request) -> Json:
        tap = await control_body(request, _Tap)
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


def _path(name: str | None) -> Path | None:
    return Path(name) if name else None


def _owner(party: str | None) -> Owner | None:
    """Raises OcpiError for what is not written as country and party."""
    if party is None:
        return None
    country_code, _, party_id = party.partition("*")
    if not party_id:
        raise OcpiError(2001, f"party: write it as NL*DOM, not {party}")
    return (country_code, party_id)
