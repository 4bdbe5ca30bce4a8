"""Commands at our stations (OCPI 2.2.1, Commands module, Receiver interface): POST `/{COMMAND}`.

A partner's token counts as authorized by it. What it asks is on record before our back end is asked; what the station says
later is posted to its `response_url`.
"""

from dataclasses import dataclass, replace
from typing import Any, assert_never

from roamgrid.canonical.command import (
    CancelReservation,
    Command,
    CommandReply,
    CommandResponse,
    ReserveNow,
    StartSession,
    StopSession,
    UnlockConnector,
)
from roamgrid.canonical.party import PartyId, SourceId
from roamgrid.core.commands.errors import PartnerUnavailable
from roamgrid.core.operator import charged, demands
from roamgrid.core.operator.demands import Demand
from roamgrid.core.operator.ports import OwnNetwork
from roamgrid.kernel import json
from roamgrid.ocpi import kinds
from roamgrid.ocpi.connections import deviations
from roamgrid.ocpi.connections.model import InterfaceRole, Side
from roamgrid.ocpi.inbound.answer import UNKNOWN_LOCATION, Answer, ok
from roamgrid.ocpi.inbound.errors import OcpiError, not_found
from roamgrid.ocpi.inbound.module import Module
from roamgrid.ocpi.inbound.operator.asking import asker, our_operators, require_callable
from roamgrid.ocpi.inbound.request import Call
from roamgrid.ocpi.speech import ObjectKind
from roamgrid.ocpi.values import Asked
from roamgrid.tenancy.database import Database, Work

NAME = "commands"
_KINDS: dict[str, ObjectKind[Any]] = {
    kind.name: kind
    for kind in (
        kinds.START_SESSION,
        kinds.STOP_SESSION,
        kinds.RESERVE_NOW,
        kinds.CANCEL_RESERVATION,
        kinds.UNLOCK_CONNECTOR,
    )
}
_UNREACHED = CommandReply(CommandResponse.REJECTED, 0, "the station cannot be reached now")


class _No(Exception):
    """The answer without asking a station."""

    def __init__(self, response: CommandResponse, message: str) -> None:
        super().__init__(message)
        self.reply = CommandReply(response, 0, message)


@dataclass(frozen=True, slots=True)
class OwnCommands:
    """A version that lacks a command does not know its address."""

    database: Database
    network: OwnNetwork

    def module(self) -> Module:
        handlers = {("POST", 1): self.post}
        return Module(NAME, InterfaceRole.RECEIVER, handlers, needs=kinds.COMMAND_RESPONSE, side=Side.CPO)

    async def post(self, call: Call) -> Answer:
        """Answered when our back end has answered; 2003 for a location that is not ours."""
        kind = _KINDS.get(call.rest[0].upper())
        if kind is None or not call.adapter.speaks(kind):
            raise not_found(f"command {call.rest[0]} in OCPI {call.adapter.version}")
        ours = our_operators(call)
        read = call.adapter.read(kind, call.json(), ours[0], asker(call))
        asked: Asked[Command] = read.value
        require_callable(asked.response_url)
        try:
            async with self.database.work(call.ctx) as work:
                await deviations.record(work, call.connection.id, NAME, read.deviations)
                source, command, demand = await _meant(work, call, ours, asked)
                await demands.add(work, demand)
        except _No as no:
            return _answer(call, no.reply)
        return _answer(call, await self._ask(call, source, command, demand))

    async def _ask(self, call: Call, source: SourceId, command: Command, demand: Demand) -> CommandReply:
        try:
            reply = await self.network.command(call.ctx, source, command)
        except PartnerUnavailable:
            reply = _UNREACHED
        async with self.database.work(call.ctx) as work:
            await demands.answered(work, demand.id, reply.response)
        return reply


def _answer(call: Call, reply: CommandReply) -> Answer:
    return ok(json.dumps(call.adapter.write(kinds.COMMAND_RESPONSE, reply).document))


async def _meant(work: Work, call: Call, ours: list[PartyId], asked: Asked[Command]) -> tuple[SourceId, Command, Demand]:
    """The command as our back end shall get it, from where the station comes. Raises `_No`, or `OcpiError` 2003."""
    command = asked.what
    match command:
        case StartSession():
            source, operator = await _station(work, ours, command.location_id)
            _require_own_token(call, command.token.party)
            command = replace(command, operator=operator)
            return source, command, _demand(call, "START_SESSION", asked, source, operator)
        case UnlockConnector():
            source, operator = await _station(work, ours, command.location_id)
            command = replace(command, operator=operator)
            return source, command, _demand(call, "UNLOCK_CONNECTOR", asked, source, operator)
        case ReserveNow():
            source, operator = await _station(work, ours, command.location_id)
            _require_own_token(call, command.token.party)
            known = await demands.reservation(work, call.connection.id, operator, command.reservation_id)
            own = known.own_reservation_id if known else None
            demand = replace(
                _demand(call, "RESERVE_NOW", asked, source, operator),
                reservation_id=command.reservation_id,
                own_reservation_id=own or await demands.next_reservation(work),
            )
            passed = demand.own_reservation_id or command.reservation_id
            return source, replace(command, operator=operator, reservation_id=passed), demand
        case CancelReservation():
            return await _cancel(work, call, ours, asked, command)
        case StopSession():
            session = await charged.running(work, ours, call.connection.id, command.session_id)
            if session is None:
                raise _No(CommandResponse.UNKNOWN_SESSION, f"you have no running session {command.session_id}")
            passed_on = replace(command, operator=session.operator, session_id=session.session_id)
            demand = _demand(call, "STOP_SESSION", asked, session.source, session.operator)
            return session.source, passed_on, replace(demand, session_id=session.session_id)
        case _:
            assert_never(command)


async def _cancel(
    work: Work, call: Call, ours: list[PartyId], asked: Asked[Command], command: CancelReservation
) -> tuple[SourceId, Command, Demand]:
    for operator in ours:
        known = await demands.reservation(work, call.connection.id, operator, command.reservation_id)
        if known is not None and known.own_reservation_id is not None:
            passed = replace(command, operator=operator, reservation_id=known.own_reservation_id)
            demand = _demand(call, "CANCEL_RESERVATION", asked, known.source, operator)
            return known.source, passed, replace(demand, reservation_id=command.reservation_id)
    raise _No(CommandResponse.REJECTED, f"you have no reservation {command.reservation_id}")


async def _station(work: Work, ours: list[PartyId], location_id: str) -> tuple[SourceId, PartyId]:
    station = await charged.station(work, ours, location_id)
    if station is None:
        raise OcpiError(UNKNOWN_LOCATION, f"unknown location {location_id}")
    return station.source, station.operator


def _require_own_token(call: Call, party: PartyId) -> None:
    """A partner may charge on its own contracts only."""
    if not call.connection.may_own(party):
        raise _No(CommandResponse.REJECTED, f"the token is {party}'s, which is not one of your roles")


def _demand(call: Call, kind: str, asked: Asked[Command], source: SourceId, operator: PartyId) -> Demand:
    return Demand(asked.what.command_id, kind, call.connection.id, source, operator, asked.response_url)
