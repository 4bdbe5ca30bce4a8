"""RESERVE_NOW and CANCEL_RESERVATION: an EVSE kept free for one driver until a moment (OCPI mod_commands)."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import msgspec

from roamgrid.sandbox.cpo.authorise import cdr_token
from roamgrid.sandbox.cpo.named import located, read_token
from roamgrid.sandbox.cpo.network import Network, place_in
from roamgrid.sandbox.cpo.operator import Operator
from roamgrid.sandbox.cpo.options import Knobs
from roamgrid.sandbox.cpo.reservations import Reservation
from roamgrid.sandbox.cpo.results import Results
from roamgrid.sandbox.cpo.session import Authorisation
from roamgrid.sandbox.ocpi.call import Call
from roamgrid.sandbox.ocpi.connections import Connection
from roamgrid.sandbox.ocpi.instants import read
from roamgrid.sandbox.ocpi.switchboard import Switchboard
from roamgrid.sandbox.ocpi.wire import Envelope, OcpiError, parsed

Json = dict[str, Any]


class _ReserveNow(msgspec.Struct):
    response_url: str
    token: Json
    expiry_date: str
    reservation_id: str | int
    location_id: str
    evse_uid: str | None = None
    authorization_reference: str | None = None


class _Cancel(msgspec.Struct):
    response_url: str
    reservation_id: str | int


@dataclass(slots=True)
class Reserving:
    """The two commands; `Operator.reservations` remembers what they agreed."""

    network: Network
    operator: Operator
    results: Results
    knobs: Callable[[], Knobs]
    switchboard: Switchboard

    async def reserve(self, call: Call) -> Envelope:
        """A reservation id that is known already moves the end of that reservation."""
        command = parsed(await call.request.body(), _ReserveNow)
        token = read_token(call, command.token)
        expires = _future(command.expiry_date)
        location = located(self.network, call, command.location_id)
        place = place_in(location, command.evse_uid, None)
        if place is None:
            return self.results.response(call.shape, "REJECTED", f"{command.location_id} has no such EVSE")
        self.switchboard.reach(place.owner)
        if "RESERVABLE" not in (place.evse.get("capabilities") or []):
            return self.results.response(call.shape, "NOT_SUPPORTED", "this EVSE takes no reservations", party=place.owner)
        authorisation = Authorisation(call.peer.id, cdr_token(token), "COMMAND", command.authorization_reference)
        reservation = Reservation(str(command.reservation_id), place, authorisation, expires, command.response_url)
        self.operator.in_background(self._reserve_later(call.peer, reservation))
        return self.results.response(call.shape, "ACCEPTED", party=place.owner)

    async def cancel(self, call: Call) -> Envelope:
        command = parsed(await call.request.body(), _Cancel)
        self.operator.in_background(self._cancel_later(call.peer, str(command.reservation_id), command.response_url))
        return self.results.response(call.shape, "ACCEPTED")

    async def _reserve_later(self, connection: Connection, wanted: Reservation) -> None:
        await asyncio.sleep(self.knobs().command_result_delay)
        obstacle = self.operator.obstacle(wanted.place, wanted.authorisation)
        url, owner = wanted.response_url, wanted.place.owner
        if obstacle:
            await self.results.tell(self.results.command(connection, owner, url, *obstacle))
            return
        self.operator.reserve(wanted)
        await self.results.tell(self.results.command(connection, owner, url, "ACCEPTED"))

    async def _cancel_later(self, connection: Connection, reservation_id: str, url: str) -> None:
        await asyncio.sleep(self.knobs().command_result_delay)
        found = self.operator.reservations.find(reservation_id, connection.id)
        owner = found.place.owner if found else connection.first_party
        outcome = "ACCEPTED" if found else "UNKNOWN_RESERVATION"
        if found:
            self.operator.release(found)
        await self.results.tell(self.results.command(connection, owner, url, outcome))


def _future(text: str) -> datetime:
    try:
        expires = read(text)
    except ValueError as error:
        raise OcpiError(2001, f"expiry_date: not a date and time: {text}") from error
    if expires <= datetime.now(UTC):
        raise OcpiError(2001, f"expiry_date: is over: {text}")
    return expires
