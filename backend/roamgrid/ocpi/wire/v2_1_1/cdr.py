"""CDR (OCPI 2.1.1, CDRs module, Object description)."""

from typing import Annotated

from roamgrid.ocpi.wire.common.declare import EXACT, PLUS, DateTime, Id36, Num, OrElse, Text, Text255, WireObject
from roamgrid.ocpi.wire.v2_1_1 import types
from roamgrid.ocpi.wire.v2_1_1.enums import AuthMethod
from roamgrid.ocpi.wire.v2_1_1.location import UNKNOWN, Location
from roamgrid.ocpi.wire.v2_1_1.session import ChargingPeriod
from roamgrid.ocpi.wire.v2_1_1.tariff import Tariff


class Cdr(WireObject, frozen=True):
    """One finished charge with the operator's claim, without VAT. Hours and kWh."""

    id: Id36
    start_date_time: DateTime
    stop_date_time: DateTime
    auth_id: types.Id36
    auth_method: Annotated[AuthMethod, OrElse(UNKNOWN)]
    location: Location
    currency: Annotated[str, Text(3)]
    charging_periods: Annotated[tuple[ChargingPeriod, ...], EXACT, PLUS]
    total_cost: Num
    total_energy: Num
    total_time: Num
    last_updated: Annotated[DateTime | None, OrElse(None)]
    meter_id: Text255 | None = None
    tariffs: tuple[Tariff, ...] = ()
    total_parking_time: Num | None = None
    remark: Text255 | None = None
