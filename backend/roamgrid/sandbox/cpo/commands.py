"""START_SESSION, STOP_SESSION and UNLOCK_CONNECTOR with their asynchronous results (OCPI mod_commands, Receiver interface)."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any

import msgspec
from starlette.routing import Route

from roamgrid.sandbox.cpo.authorise import cdr_token
from roamgrid.sandbox.cpo.named import located, read_token
from roamgrid.sandbox.cpo.network import Network, Place, place_in
from roamgrid.sandbox.cpo.operator import Operator
from roamgrid.sandbox.cpo.options import Knobs
from roamgrid.sandbox.cpo.records import Records
from roamgrid.sandbox.cpo.reserving import Reserving
from roamgrid.sandbox.cpo.results import Results, check_response_url
from roamgrid.sandbox.cpo.session import Authorisation, Session
from roamgrid.sandbox.ocpi.call import Call, Handler
from roamgrid.sandbox.ocpi.connections import Connection
from roamgrid.sandbox.ocpi.quirks import Quirk
from roamgrid.sandbox.ocpi.surface import Surface
from roamgrid.sandbox.ocpi.switchboard import Switchboard
from roamgrid.sandbox.ocpi.wire import Envelope, OcpiError, parsed

Json = dict[str, Any]


class _Command(msgspec.Struct):
    response_url: str


class _StartSession(_Command):
    token: Json
    location_id: str
    evse_uid: str | None = None
    connector_id: str | None = None
    authorization_reference: str | None = None


class _StopSession(_Command):
    session_id: str


class _Unlock(_Command):
    location_id: str
    evse_uid: str
    connector_id: str


class Commands:
    """Each command is answered at once; what the station says follows by POST to the command's `response_url`."""

    def __init__(
        self,
        *,
        network: Network,
        records: Records,
        operator: Operator,
        results: Results,
        knobs: Callable[[], Knobs],
        switchboard: Switchboard,
    ) -> None:
        self._network = network
        self._records = records
        self._operator = operator
        self._results = results
        self._knobs = knobs
        self._switchboard = switchboard
        self._reserving = Reserving(network, operator, results, knobs, switchboard)

    def routes(self, surface: Surface) -> list[Route]:
        return surface.routes("commands", "/{command}", {"POST": self.take})

    async def take(self, call: Call) -> Envelope:
        """One URL for all; a version that lacks a command does not know its URL."""
        known: dict[str, Handler] = {
            "START_SESSION": self.start,
            "STOP_SESSION": self.stop,
            "RESERVE_NOW": self._reserving.reserve,
            "CANCEL_RESERVATION": self._reserving.cancel,
            "UNLOCK_CONNECTOR": self.unlock,
        }
        name = call.request.path_params["command"]
        if name not in call.shape.commands:
            raise OcpiError.not_found(f"command {name} in {call.shape.version}")
        check_response_url(parsed(await call.request.body(), _Command).response_url)
        return await known[name](call)

    async def start(self, call: Call) -> Envelope:
        command = parsed(await call.request.body(), _StartSession)
        token = read_token(call, command.token)
        if not (self._knobs().foreign_tokens or call.peer.owns(token["country_code"], token["party_id"])):
            return self._results.response(call.shape, "REJECTED", "the token belongs to a party that is not on this connection")
        if command.connector_id and not command.evse_uid:
            raise OcpiError(2001, "evse_uid: required with connector_id")
        location = located(self._network, call, command.location_id)
        owner = (location["country_code"], location["party_id"])
        self._switchboard.reach(owner)
        if place_in(location, command.evse_uid, command.connector_id) is None:
            said = f"{command.location_id} has no such EVSE or connector"
            return self._results.response(call.shape, "REJECTED", said, party=owner)
        authorisation = Authorisation(call.peer.id, cdr_token(token), "COMMAND", command.authorization_reference)
        self._operator.in_background(self._start_later(call.peer, command, location, authorisation))
        return self._results.response(call.shape, "ACCEPTED", party=owner)

    async def stop(self, call: Call) -> Envelope:
        command = parsed(await call.request.body(), _StopSession)
        session = self._records.running(command.session_id, call.peer.id)
        if session is None:
            return self._results.response(call.shape, "UNKNOWN_SESSION", f"no running session {command.session_id}")
        self._switchboard.reach(session.place.owner)
        self._operator.in_background(self._stop_later(call.peer, command.response_url, session))
        return self._results.response(call.shape, "ACCEPTED", party=session.place.owner)

    async def unlock(self, call: Call) -> Envelope:
        command = parsed(await call.request.body(), _Unlock)
        place = place_in(located(self._network, call, command.location_id), command.evse_uid, command.connector_id)
        if place is None:
            return self._results.response(call.shape, "REJECTED", f"{command.location_id} has no such EVSE or connector")
        self._switchboard.reach(place.owner)
        if "UNLOCK_CAPABLE" not in (place.evse.get("capabilities") or []):
            return self._results.response(call.shape, "NOT_SUPPORTED", "this EVSE cannot unlock", party=place.owner)
        self._operator.in_background(self._unlock_later(call.peer, place, command.response_url))
        return self._results.response(call.shape, "ACCEPTED", party=place.owner)

    async def _start_later(
        self, connection: Connection, command: _StartSession, location: Json, authorisation: Authorisation
    ) -> None:
        await asyncio.sleep(self._knobs().command_result_delay)
        place, obstacle = self._choose(location, command, authorisation)
        if obstacle:
            await self._results.tell(self._results.command(connection, place.owner, command.response_url, *obstacle))
            return
        self._operator.occupy(place)
        fails = Quirk.FAILED_BUT_STARTS in self._knobs().quirks
        outcome = "FAILED" if fails else "ACCEPTED"
        result = self._results.command(connection, place.owner, command.response_url, outcome)
        await self._results.tell_and(result, partial(self._operator.begin, place, authorisation))

    def _choose(
        self, location: Json, command: _StartSession, authorisation: Authorisation
    ) -> tuple[Place, tuple[str, str] | None]:
        """The connector that was asked for; where no EVSE was named, one at which nothing is in the way."""
        uids = [command.evse_uid] if command.evse_uid else [evse["uid"] for evse in location["evses"]]
        places = [place for uid in uids if (place := place_in(location, uid, command.connector_id))]
        judged = [(place, self._operator.obstacle(place, authorisation)) for place in places]
        return next((item for item in judged if item[1] is None), judged[0])

    async def _stop_later(self, connection: Connection, response_url: str, session: Session) -> None:
        await asyncio.sleep(self._knobs().command_result_delay)
        result = self._results.command(connection, session.place.owner, response_url, "ACCEPTED")
        await self._results.tell_and(result, session.stop.set)

    async def _unlock_later(self, connection: Connection, place: Place, response_url: str) -> None:
        await asyncio.sleep(self._knobs().command_result_delay)
        await self._results.tell(self._results.command(connection, place.owner, response_url, "ACCEPTED"))
