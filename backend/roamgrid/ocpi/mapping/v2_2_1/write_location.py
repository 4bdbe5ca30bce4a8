"""Location: canonical to wire (OCPI 2.2.1, Locations module)."""

from decimal import Decimal

from roamgrid.canonical.location import Connector, Coordinates, Evse, Location
from roamgrid.ocpi.mapping.v2_2_1.present import present
from roamgrid.ocpi.speech import Document, Loss, Losses, Ways
from roamgrid.ocpi.wire.common.moments import write_moment

_FEWEST_DECIMALS, _MOST_DECIMALS = 5, 7


def write_location(value: Location, ways: Ways, losses: Losses) -> Document:
    """A site with all its charging points."""
    return present(
        country_code=value.party.country_code,
        party_id=value.party.party_id,
        id=value.id,
        publish=value.publish,
        name=value.name,
        address=value.address,
        city=value.city,
        postal_code=value.postal_code,
        country=value.country,
        coordinates=write_coordinates(value.coordinates, losses),
        evses=[_evse(evse) for evse in value.evses],
        operator=None if value.operator_name is None else {"name": value.operator_name},
        time_zone=value.time_zone,
        last_updated=write_moment(value.last_updated),
    )


def write_coordinates(value: Coordinates, losses: Losses) -> Document:
    """Degrees as text with five to seven decimals; finer ones are rounded, and said."""
    return {
        "latitude": _degrees(value.latitude, "/coordinates/latitude", losses),
        "longitude": _degrees(value.longitude, "/coordinates/longitude", losses),
    }


def _evse(value: Evse) -> Document:
    return present(
        uid=value.uid,
        evse_id=value.evse_id,
        status=value.status.value,
        capabilities=list(value.capabilities),
        floor_level=value.floor_level,
        physical_reference=value.physical_reference,
        connectors=[_connector(connector) for connector in value.connectors],
        last_updated=write_moment(value.last_updated),
    )


def _connector(value: Connector) -> Document:
    """A power that was derived here is not the operator's word and is not written."""
    return present(
        id=value.id,
        standard=value.standard,
        format=value.format,
        power_type=value.power_type,
        max_voltage=value.max_voltage_v,
        max_amperage=value.max_amperage_a,
        max_electric_power=None if value.power_is_derived else value.max_power_w,
        tariff_ids=list(value.tariff_ids),
        last_updated=write_moment(value.last_updated),
    )


def _degrees(degrees: Decimal, field: str, losses: Losses) -> str:
    exponent = degrees.as_tuple().exponent
    stated = -exponent if isinstance(exponent, int) else 0
    text = f"{degrees:.{min(max(stated, _FEWEST_DECIMALS), _MOST_DECIMALS)}f}"
    if Decimal(text) != degrees:
        losses.append(Loss(field, f"{degrees:f}"))
    return text
