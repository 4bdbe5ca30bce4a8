"""How much a connector gives: as stated, else derived from volts, amperes and phases."""

from roamgrid.ocpi.mapping.electricity import derived_power_w
from roamgrid.ocpi.wire.common.deviations import Code, Deviation
from roamgrid.ocpi.wire.common.scalars import Found
from roamgrid.ocpi.wire.v2_2_1.location import Connector

LEAST_W, MOST_W = 1_000, 1_000_000
_FIELD = "/evses/*/connectors/*/max_electric_power"
_MISSING = Deviation(Code.POWER_MISSING, _FIELD, "")


def power_of(connector: Connector, found: Found) -> tuple[int, bool]:
    """Watts, and whether they are derived. 0 W: neither stated nor derivable.

    A stated power outside of 1 kW to 1 MW is mostly kW or mW taken for W; the derived one replaces it where there is one
    that is plausible itself.
    """
    stated = connector.max_electric_power
    if stated is not None and LEAST_W <= stated <= MOST_W:
        return stated, False
    derived = _derived(connector)
    if stated is None:
        found.append(_MISSING)
        return derived, True
    found.append(Deviation(Code.POWER_IMPLAUSIBLE, _FIELD, str(stated)))
    return (derived, True) if LEAST_W <= derived <= MOST_W else (max(stated, 0), False)


def _derived(connector: Connector) -> int:
    return derived_power_w(connector.max_voltage, connector.max_amperage, connector.power_type)
