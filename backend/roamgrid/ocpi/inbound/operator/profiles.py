"""Charging profiles for charges at our stations (OCPI 2.2.1, ChargingProfiles module, Receiver interface): GET, PUT and DELETE
of `/{session_id}`. The station's answer is posted to the partner's `response_url` later."""

from dataclasses import dataclass

from roamgrid.canonical.charging_profile import ChargingProfile, ProfileReply, ProfileResponse
from roamgrid.core.charging_profiles.models import ProfileKind, ProfileRequest
from roamgrid.core.commands.errors import PartnerUnavailable
from roamgrid.core.operator import charged, demands
from roamgrid.core.operator.charged import OwnSession
from roamgrid.core.operator.demands import Demand
from roamgrid.core.operator.ports import OwnNetwork
from roamgrid.kernel import json
from roamgrid.kernel.ids import new_id
from roamgrid.ocpi import kinds
from roamgrid.ocpi.connections import deviations
from roamgrid.ocpi.connections.model import InterfaceRole, Side
from roamgrid.ocpi.inbound.answer import INVALID_PARAMETERS, Answer, ok
from roamgrid.ocpi.inbound.errors import OcpiError
from roamgrid.ocpi.inbound.module import Module
from roamgrid.ocpi.inbound.operator.asking import our_operators, require_callable
from roamgrid.ocpi.inbound.request import Call
from roamgrid.tenancy.database import Database

NAME = "chargingprofiles"
_CAPABLE = "CHARGING_PROFILE_CAPABLE"
_LONGEST_S = 31_622_400
"""A year: nobody plans further ahead."""


@dataclass(frozen=True, slots=True)
class OwnProfiles:
    """Of the charges of its own tokens only."""

    database: Database
    network: OwnNetwork

    def module(self) -> Module:
        handlers = {("GET", 1): self.get, ("PUT", 1): self.put, ("DELETE", 1): self.delete}
        return Module(NAME, InterfaceRole.RECEIVER, handlers, needs=kinds.CHARGING_PROFILE, side=Side.CPO)

    async def put(self, call: Call) -> Answer:
        """Limit a charge."""
        read = call.adapter.read(kinds.CHARGING_PROFILE, call.json())
        async with self.database.work(call.ctx) as work:
            await deviations.record(work, call.connection.id, NAME, read.deviations)
        return await self._ask(call, ProfileKind.SET, read.value.response_url, profile=read.value.what)

    async def delete(self, call: Call) -> Answer:
        """Lift the limit."""
        return await self._ask(call, ProfileKind.CLEAR, _asked(call, "response_url"))

    async def get(self, call: Call) -> Answer:
        """What the station plans."""
        duration = _asked(call, "duration")
        if not (duration.isascii() and duration.isdigit() and len(duration) < 10 and int(duration) <= _LONGEST_S):
            raise OcpiError(INVALID_PARAMETERS, f"duration: is no number of seconds: {duration[:20]}")
        return await self._ask(call, ProfileKind.ACTIVE, _asked(call, "response_url"), duration_s=int(duration))

    async def _ask(
        self,
        call: Call,
        kind: ProfileKind,
        response_url: str,
        *,
        profile: ChargingProfile | None = None,
        duration_s: int | None = None,
    ) -> Answer:
        require_callable(response_url)
        request_id = new_id()
        async with self.database.work(call.ctx) as work:
            session = await charged.running(work, our_operators(call), call.connection.id, call.rest[0])
            refusal = _refusal(session, await charged.capabilities(work, session) if session else frozenset())
            if session is None or refusal is not None:
                return _answer(call, ProfileReply(refusal or ProfileResponse.UNKNOWN_SESSION, 0))
            await demands.add(
                work,
                Demand(
                    request_id, kind, call.connection.id, session.source, session.operator, response_url, session.session_id
                ),
            )
        request = ProfileRequest(request_id, kind, session.operator, session.session_id, profile, duration_s)
        try:
            reply = await self.network.profile(call.ctx, session.source, request)
        except PartnerUnavailable:
            reply = ProfileReply(ProfileResponse.REJECTED, 0)
        async with self.database.work(call.ctx) as work:
            await demands.answered(work, request_id, reply.response)
        return _answer(call, reply)


def _refusal(session: OwnSession | None, capabilities: frozenset[str]) -> ProfileResponse | None:
    if session is None:
        return ProfileResponse.UNKNOWN_SESSION
    return None if not capabilities or _CAPABLE in capabilities else ProfileResponse.NOT_SUPPORTED


def _answer(call: Call, reply: ProfileReply) -> Answer:
    return ok(json.dumps(call.adapter.write(kinds.PROFILE_REPLY, reply).document))


def _asked(call: Call, name: str) -> str:
    value = call.request.query.get(name)
    if not value:
        raise OcpiError(INVALID_PARAMETERS, f"{name}: is missing in the query")
    return value
