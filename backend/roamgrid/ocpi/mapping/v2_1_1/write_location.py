"""Location: canonical to wire (OCPI 2.1.1, Locations module)."""

from decimal import Decimal

from roamgrid.canonical.location import Connector, Coordinates, Evse, Location
from roamgrid.ocpi.mapping.electricity import derived_power_w
from roamgrid.ocpi.mapping.v2_1_1.unsaid import nearest, unsaid, values_of
from roamgrid.ocpi.mapping.v2_2_1.present import present
from roamgrid.ocpi.speech import Document, Loss, Losses, Ways
from roamgrid.ocpi.wire.common.moments import write_moment
from roamgrid.ocpi.wire.v2_1_1.enums import Capability, ConnectorType, PowerType
from roamgrid.ocpi.wire.v2_1_1.location import UNKNOWN
from roamgrid.ocpi.wire.v2_2_1.enums import ConnectorFormat

_CONNECTOR = "/evses/*/connectors/*"
_STANDARDS, _FORMATS = values_of(ConnectorType), values_of(ConnectorFormat)
_POWER_TYPES, _CAPABILITIES = values_of(PowerType), values_of(Capability)
_FEWER_PHASES = {"AC_2_PHASE": "AC_1_PHASE", "AC_2_PHASE_SPLIT": "AC_1_PHASE"}
_LONGEST_ADDRESS = 45
_DECIMALS = 6


def write_location(value: Location, ways: Ways, losses: Losses) -> Document:
    """The whole site but for what no receiver of 2.1.1 could name: such connectors, and charging points of nothing else.

    A `publish` of false is among the losses: here, whoever gets a location may show it. The kind of site is carried.
    """
    unsaid({"/publish": None if value.publish else "false"}, losses)
    return present(
        id=value.id,
        name=value.name,
        address=_address(value.address, losses),
        city=value.city,
        postal_code=value.postal_code or "",
        country=value.country,
        coordinates=write_coordinates(value.coordinates, "", losses),
        evses=[written for evse in value.evses if (written := _evse(evse, losses))],
        operator=None if value.operator_name is None else {"name": value.operator_name},
        time_zone=value.time_zone,
        last_updated=write_moment(value.last_updated),
    )


def _evse(value: Evse, losses: Losses) -> Document | None:
    connectors = [written for connector in value.connectors if (written := _connector(connector, losses))]
    if value.connectors and not connectors:
        losses.append(Loss("/evses/*/uid", value.uid))
        return None
    known = [name for name in value.capabilities if name in _CAPABILITIES]
    losses += [Loss("/evses/*/capabilities/*", name) for name in value.capabilities if name not in _CAPABILITIES]
    evse = present(
        uid=value.uid,
        evse_id=value.evse_id,
        status=value.status.value,
        capabilities=known,
        floor_level=value.floor_level,
        physical_reference=value.physical_reference,
        last_updated=write_moment(value.last_updated),
    )
    return evse | {"connectors": connectors}


def _connector(value: Connector, losses: Losses) -> Document | None:
    """None: a plug that this version has no word for. Less power is said rather than more."""
    power_type = nearest(
        value.power_type, _POWER_TYPES, _FEWER_PHASES.get(value.power_type, UNKNOWN), f"{_CONNECTOR}/power_type", losses
    )
    if value.standard not in _STANDARDS or value.format not in _FORMATS or power_type == UNKNOWN:
        losses.append(Loss(f"{_CONNECTOR}/standard", value.standard))
        return None
    derived = derived_power_w(value.max_voltage_v, value.max_amperage_a, power_type)
    losses += [Loss(f"{_CONNECTOR}/tariff_ids/*", tariff) for tariff in value.tariff_ids[1:]]
    unsaid({f"{_CONNECTOR}/max_electric_power": value.max_power_w if value.max_power_w != derived else None}, losses)
    return present(
        id=value.id,
        standard=value.standard,
        format=value.format,
        power_type=power_type,
        voltage=value.max_voltage_v,
        amperage=value.max_amperage_a,
        tariff_id=value.tariff_ids[0] if value.tariff_ids else None,
        last_updated=write_moment(value.last_updated),
    )


def _address(address: str, losses: Losses) -> str:
    if len(address) > _LONGEST_ADDRESS:
        losses.append(Loss("/address", address))
    return address[:_LONGEST_ADDRESS]


def write_coordinates(value: Coordinates, within: str, losses: Losses) -> Document:
    """Degrees as text with six decimals, which 2.1.1 always wants; finer ones are rounded, and said."""
    return {
        "latitude": _degrees(value.latitude, f"{within}/coordinates/latitude", losses),
        "longitude": _degrees(value.longitude, f"{within}/coordinates/longitude", losses),
    }


def _degrees(degrees: Decimal, path: str, losses: Losses) -> str:
    rounded = round(degrees, _DECIMALS)
    if rounded != degrees:
        losses.append(Loss(path, f"{degrees:f}"))
    return f"{rounded:.{_DECIMALS}f}"
