"""Session and ChargingPeriod (OCPI 2.3.0, Sessions and CDRs modules; dimensions of Bookings 1.1)."""

from typing import Annotated, Generic, TypeVar

from roamgrid.ocpi.wire.common.declare import EXACT, PLUS, WireObject
from roamgrid.ocpi.wire.v2_2_1 import session as before
from roamgrid.ocpi.wire.v2_2_1.types import Price as OldPrice
from roamgrid.ocpi.wire.v2_3_0.enums import CdrDimensionType
from roamgrid.ocpi.wire.v2_3_0.token import CdrToken
from roamgrid.ocpi.wire.v2_3_0.types import Price

P = TypeVar("P", bound=WireObject)


class CdrDimension(before.CdrDimension, frozen=True):
    """A measured volume: kWh, hours, A, W or percent."""

    type: CdrDimensionType


class ChargingPeriod(before.ChargingPeriod, frozen=True):
    """Ends where the next one starts."""

    dimensions: Annotated[tuple[CdrDimension, ...], EXACT, PLUS]


class SessionOf(before.SessionOf[P], Generic[P], frozen=True):
    """One charge as it happens; `kwh` so far. `P`: how amounts are stated."""

    cdr_token: CdrToken
    charging_periods: Annotated[tuple[ChargingPeriod, ...], EXACT] = ()


class Session(SessionOf[Price], frozen=True):
    """With the amounts of 2.3.0."""


class SessionInOldPrices(SessionOf[OldPrice], frozen=True):
    """From a peer that still states the amounts of 2.2.1."""
