"""CDR (OCPI 2.3.0, CDRs module; `booking_id` of Bookings 1.1)."""

from typing import Annotated, Generic, TypeVar

from roamgrid.ocpi.wire.common.declare import EXACT, PLUS, Id36, OrElse, WireObject
from roamgrid.ocpi.wire.v2_2_1 import cdr as before
from roamgrid.ocpi.wire.v2_2_1.types import Price as OldPrice
from roamgrid.ocpi.wire.v2_3_0.enums import ConnectorType
from roamgrid.ocpi.wire.v2_3_0.session import ChargingPeriod
from roamgrid.ocpi.wire.v2_3_0.tariff import Tariff
from roamgrid.ocpi.wire.v2_3_0.token import CdrToken
from roamgrid.ocpi.wire.v2_3_0.types import Price

P = TypeVar("P", bound=WireObject)


class CdrLocation(before.CdrLocation, frozen=True):
    """The connector's place in one flat object, as at the session's start."""

    connector_standard: Annotated[ConnectorType, OrElse(before.UNKNOWN)]


class CdrOf(before.CdrOf[P, Tariff], Generic[P], frozen=True):
    """One finished charge with the operator's claim. Hours and kWh. A credit repeats all but a negative `total_cost`.

    `P`: how amounts are stated.
    """

    cdr_token: CdrToken
    cdr_location: CdrLocation
    charging_periods: Annotated[tuple[ChargingPeriod, ...], EXACT, PLUS]
    booking_id: Id36 | None = None


class Cdr(CdrOf[Price], frozen=True):
    """With the amounts of 2.3.0."""


class CdrInOldPrices(CdrOf[OldPrice], frozen=True):
    """From a peer that still states the amounts of 2.2.1."""
