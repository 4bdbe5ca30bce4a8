"""The forms of requests whose outcome comes later, beyond starting and stopping: the same in 2.2.1 and 2.3.0."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from roamgrid.ocpi import kinds
from roamgrid.ocpi.mapping.v2_2_1 import charging_profile as profiles
from roamgrid.ocpi.mapping.v2_2_1 import reservation
from roamgrid.ocpi.mapping.v2_2_1.command import unwrapped
from roamgrid.ocpi.speech import Document, Form, Losses, ObjectKind, Ways
from roamgrid.ocpi.wire.common.compile import object_reader
from roamgrid.ocpi.wire.common.declare import WireObject
from roamgrid.ocpi.wire.common.scalars import Found
from roamgrid.ocpi.wire.v2_2_1 import charging_profile as wire
from roamgrid.ocpi.wire.v2_2_1 import reservation as wire_reservation

W = TypeVar("W", bound=WireObject)
C = TypeVar("C")
Write = Callable[[C, Ways, Losses], Document]


def _command(declared: type[W], read: Callable[[W, Any], C], write: Write[C]) -> Form[C]:
    """A command: the operator that it is for stands in the routing headers."""
    parse = object_reader(declared)

    def form(document: Any, ways: Ways, found: Found) -> C:
        return read(parse(document, found), ways.owner)

    return Form(declared, form, write)


def _plain(declared: type[W], read: Callable[[W], C], write: Write[C]) -> Form[C]:
    parse = object_reader(declared)

    def form(document: Any, ways: Ways, found: Found) -> C:
        return read(parse(unwrapped(document), found))

    return Form(declared, form, write)


DEFERRED: Mapping[ObjectKind[Any], Form[Any]] = {
    kinds.RESERVE_NOW: _command(wire_reservation.ReserveNow, reservation.reserve, reservation.write_reserve),
    kinds.CANCEL_RESERVATION: _command(wire_reservation.CancelReservation, reservation.cancel, reservation.write_cancel),
    kinds.UNLOCK_CONNECTOR: _command(wire_reservation.UnlockConnector, reservation.unlock, reservation.write_unlock),
    kinds.CHARGING_PROFILE: _plain(wire.SetChargingProfile, profiles.asked, profiles.write_asked),
    kinds.PROFILE_REPLY: _plain(wire.ChargingProfileResponse, profiles.reply, profiles.write_reply),
    kinds.PROFILE_OUTCOME: _plain(wire.ChargingProfileResult, profiles.outcome, profiles.write_outcome),
    kinds.ACTIVE_PROFILE: _plain(wire.ActiveChargingProfile, profiles.active, profiles.write_active),
    kinds.CHARGING_PREFERENCES: _plain(wire.ChargingPreferences, profiles.preferences, profiles.write_preferences),
}
