"""START_SESSION and STOP_SESSION with their asynchronous results (OCPI 2.2.1 mod_commands, Receiver interface)."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any

import msgspec
from starlette.routing import Route

from roamgrid.kernel.json import loads
from roamgrid.sandbox.cpo.authorise import cdr_token
from roamgrid.sandbox.cpo.connections import Connection
from roamgrid.sandbox.cpo.network import Network, Place, place_in
from roamgrid.sandbox.cpo.operator import Operator
from roamgrid.sandbox.cpo.options import Knobs
from roamgrid.sandbox.cpo.peer import routing
from roamgrid.sandbox.cpo.pushes import Push, Pushes
from roamgrid.sandbox.cpo.records import Records
from roamgrid.sandbox.cpo.session import Authorisation, Session
from roamgrid.sandbox.cpo.surface import Call, Surface
from roamgrid.sandbox.cpo.tokens import Token
from roamgrid.sandbox.cpo.wire import Envelope, OcpiError, ok, parsed

Json = dict[str, Any]
TIMEOUT_SECONDS = 30


class _Command(msgspec.Struct):
    response_url: str


class _StartSession(_Command):
    token: Token
    location_id: str
    evse_uid: str | None = None
    connector_id: str | None = None
    authorization_reference: str | None = None


class _StopSession(_Command):
    session_id: str


class Commands:
    """Each command is answered at once; what the station says follows by POST to the command's `response_url`."""

    def __init__(
        self, network: Network, records: Records, operator: Operator, pushes: Pushes, knobs: Callable[[], Knobs]
    ) -> None:
        self._network = network
        self._records = records
        self._operator = operator
        self._pushes = pushes
        self._knobs = knobs

    def routes(self, surface: Surface) -> list[Route]:
        path = "/ocpi/2.2.1/commands"
        return [
            *surface.routes(f"{path}/START_SESSION", {"POST": self.start}),
            *surface.routes(f"{path}/STOP_SESSION", {"POST": self.stop}),
            *surface.routes(path + "/{command}", {"POST": self.unsupported}),
        ]

    async def unsupported(self, call: Call) -> Envelope:
        parsed(await call.request.body(), _Command)
        return _response("NOT_SUPPORTED", f"{call.request.path_params['command']} is not supported here")

    async def start(self, call: Call) -> Envelope:
        body = await call.request.body()
        command = parsed(body, _StartSession)
        _check_response_url(command)
        if not call.peer.owns(command.token.country_code, command.token.party_id):
            return _response("REJECTED", "the token belongs to a party that is not on this connection")
        if command.connector_id and not command.evse_uid:
            raise OcpiError(2001, "evse_uid: required with connector_id")
        location = self._network.location(command.location_id, owner=call.addressed_party)
        if location is None:
            raise OcpiError(2003, f"unknown location {command.location_id}")
        if place_in(location, command.evse_uid, command.connector_id) is None:
            return _response("REJECTED", f"{command.location_id} has no such EVSE or connector")
        token = cdr_token(loads(body)["token"])
        authorisation = Authorisation(call.peer.id, token, "COMMAND", command.authorization_reference)
        self._operator.in_background(self._start_later(call.peer, command, location, authorisation))
        return _response("ACCEPTED")

    async def stop(self, call: Call) -> Envelope:
        command = parsed(await call.request.body(), _StopSession)
        _check_response_url(command)
        session = self._records.session(command.session_id)
        if session is None or session.authorisation.connection != call.peer.id or session.status == "COMPLETED":
            return _response("UNKNOWN_SESSION", f"no running session {command.session_id}")
        self._operator.in_background(self._stop_later(call.peer, command.response_url, session))
        return _response("ACCEPTED")

    async def _start_later(
        self, connection: Connection, command: _StartSession, location: Json, authorisation: Authorisation
    ) -> None:
        await asyncio.sleep(self._knobs().command_result_delay)
        place, obstacle = self._choose(location, command)
        if obstacle:
            await self._pushes.stubbornly(_result(connection, place, command.response_url, *obstacle))
            return
        self._operator.occupy(place)
        start = partial(self._operator.begin, place, authorisation)
        await self._report_and(start, connection, place, command.response_url)

    def _choose(self, location: Json, command: _StartSession) -> tuple[Place, tuple[str, str] | None]:
        """The connector that was asked for; where no EVSE was named, one at which nothing is in the way."""
        uids = [command.evse_uid] if command.evse_uid else [evse["uid"] for evse in location["evses"]]
        places = [place for uid in uids if (place := place_in(location, uid, command.connector_id))]
        judged = [(place, self._operator.obstacle(place)) for place in places]
        return next((item for item in judged if item[1] is None), judged[0])

    async def _stop_later(self, connection: Connection, response_url: str, session: Session) -> None:
        await asyncio.sleep(self._knobs().command_result_delay)
        await self._report_and(session.stop.set, connection, session.place, response_url)

    async def _report_and(self, act: Callable[[], object], connection: Connection, place: Place, response_url: str) -> None:
        """Report ACCEPTED, then act; a peer that cannot be told does not hold up the station."""
        result = _result(connection, place, response_url, "ACCEPTED")
        told = await self._pushes.once(result)
        act()
        if not told:
            await self._pushes.stubbornly(result)


def _result(connection: Connection, place: Place, response_url: str, result: str, reason: str = "") -> Push:
    """The result is a request body: a bare CommandResult, no envelope around it."""
    body: Json = {"result": result} | ({"message": [_text(reason)]} if reason else {})
    return Push(connection, "command_result", "POST", response_url, body, routing(place.owner, connection))


def _check_response_url(command: _Command) -> None:
    if not command.response_url.startswith(("http://", "https://")):
        raise OcpiError(2001, "response_url: not a URL that can be called")


def _response(result: str, message: str = "") -> Envelope:
    response: Json = {"result": result, "timeout": TIMEOUT_SECONDS}
    return ok(response | ({"message": [_text(message)]} if message else {}))


def _text(message: str) -> Json:
    return {"language": "en", "text": message}
