"""Location: wire to canonical (OCPI 2.2.1, Locations module)."""

from datetime import datetime

from roamgrid.canonical.location import Connector, Evse, EvseStatus, Location
from roamgrid.canonical.party import PartyId
from roamgrid.ocpi.dialects.dialect import Dialect
from roamgrid.ocpi.mapping.instants import NEVER
from roamgrid.ocpi.mapping.places import coordinates_of, country_of, evse_key, time_zone_of
from roamgrid.ocpi.mapping.v2_2_1.power import power_of
from roamgrid.ocpi.wire.common.deviations import Code, Deviation
from roamgrid.ocpi.wire.common.scalars import Found
from roamgrid.ocpi.wire.v2_2_1 import location as wire

_MANY_EVSES = 50
_STATUSES = {status.value: status for status in EvseStatus}

_MANY = "/evses"
_NO_TARIFF = Deviation(Code.NO_TARIFF, "/evses/*/connectors/*/tariff_ids", "")


def location(read: wire.Location, dialect: Dialect, found: Found) -> Location:
    """Raises `Refused` when it is unclear where the location is or in which time zone."""
    last_updated = read.last_updated or _latest(read)
    country = country_of(read.country, read.country_code, found)
    if len(read.evses) > _MANY_EVSES:
        found.append(Deviation(Code.MANY_EVSES, _MANY, str(len(read.evses))))
    return Location(
        party=PartyId.of(read.country_code, read.party_id),
        id=read.id,
        name=read.name,
        address=read.address,
        city=read.city,
        postal_code=read.postal_code,
        country=country,
        coordinates=coordinates_of(read.coordinates.latitude, read.coordinates.longitude),
        time_zone=time_zone_of(read.time_zone, country, dialect.default_time_zone, found),
        operator_name=read.operator.name if read.operator else None,
        publish=read.publish,
        evses=tuple([_evse(evse, last_updated, found) for evse in read.evses]),
        last_updated=last_updated,
    )


def _evse(read: wire.Evse, parent_updated: datetime, found: Found) -> Evse:
    last_updated = read.last_updated or parent_updated
    return Evse(
        uid=read.uid,
        evse_id=read.evse_id,
        evse_key=evse_key(read.evse_id, found),
        status=_STATUSES.get(read.status, EvseStatus.UNKNOWN),
        capabilities=read.capabilities,
        physical_reference=read.physical_reference,
        floor_level=read.floor_level,
        connectors=tuple([_connector(connector, last_updated, found) for connector in read.connectors]),
        last_updated=last_updated,
    )


def _connector(read: wire.Connector, parent_updated: datetime, found: Found) -> Connector:
    power_w, derived = power_of(read, found)
    if not read.tariff_ids:
        found.append(_NO_TARIFF)
    return Connector(
        id=read.id,
        standard=read.standard,
        format=read.format,
        power_type=read.power_type,
        max_voltage_v=read.max_voltage,
        max_amperage_a=read.max_amperage,
        max_power_w=power_w,
        power_is_derived=derived,
        tariff_ids=read.tariff_ids,
        last_updated=read.last_updated or parent_updated,
    )


def _latest(read: wire.Location) -> datetime:
    stated = [evse.last_updated for evse in read.evses if evse.last_updated]
    stated += [plug.last_updated for evse in read.evses for plug in evse.connectors if plug.last_updated]
    return max(stated, default=NEVER)
