"""What drivers want of their charges at our stations (OCPI 2.2.1, Sessions module, Sender interface):
PUT `/{session_id}/charging_preferences`."""

from dataclasses import dataclass

from roamgrid.canonical.charging_profile import PreferencesAnswer
from roamgrid.core.charging_profiles.errors import PreferencesUnsupported
from roamgrid.core.charging_profiles.models import PreferencesRequest
from roamgrid.core.commands.errors import PartnerUnavailable
from roamgrid.core.operator import charged
from roamgrid.core.operator.ports import OwnNetwork
from roamgrid.kernel import json
from roamgrid.ocpi import kinds
from roamgrid.ocpi.connections import deviations
from roamgrid.ocpi.connections.model import InterfaceRole, Side
from roamgrid.ocpi.inbound.answer import INVALID_PARAMETERS, Answer, ok
from roamgrid.ocpi.inbound.errors import OcpiError, not_found
from roamgrid.ocpi.inbound.module import Module
from roamgrid.ocpi.inbound.operator.asking import our_operators
from roamgrid.ocpi.inbound.request import Call
from roamgrid.tenancy.database import Database

NAME = "sessions"
_CAPABLE = "CHARGING_PREFERENCES_CAPABLE"


@dataclass(frozen=True, slots=True)
class OwnPreferences:
    """Stands beside the list of sessions, in the versions that know preferences."""

    database: Database
    network: OwnNetwork

    def module(self) -> Module:
        handlers = {("PUT", 2): self.put}
        return Module(NAME, InterfaceRole.SENDER, handlers, needs=kinds.CHARGING_PREFERENCES, side=Side.CPO)

    async def put(self, call: Call) -> Answer:
        """The answer is a bare text. HTTP 404 with 2001 for a charging point that takes no preferences."""
        session_id, what = call.rest
        if what.casefold() != "charging_preferences":
            raise not_found(f"address {call.request.path}")
        read = call.adapter.read(kinds.CHARGING_PREFERENCES, call.json())
        async with self.database.work(call.ctx) as work:
            await deviations.record(work, call.connection.id, NAME, read.deviations)
            session = await charged.running(work, our_operators(call), call.connection.id, session_id)
            capabilities = await charged.capabilities(work, session) if session else frozenset()
        if session is None:
            raise not_found(f"session {session_id}")
        if capabilities and _CAPABLE not in capabilities:
            raise _unsupported("the charging point takes no charging preferences")
        request = PreferencesRequest(session.operator, session.session_id, read.value)
        try:
            answer = await self.network.preferences(call.ctx, session.source, request)
        except PreferencesUnsupported as error:
            raise _unsupported(error.message) from error
        except PartnerUnavailable:
            answer = PreferencesAnswer.NOT_POSSIBLE
        return ok(json.dumps(answer.value))


def _unsupported(message: str) -> OcpiError:
    return OcpiError(INVALID_PARAMETERS, message, http=404)
