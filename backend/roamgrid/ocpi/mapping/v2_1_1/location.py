"""Location: wire to canonical (OCPI 2.1.1, Locations module)."""

from datetime import datetime

from roamgrid.canonical.location import Connector, Evse, EvseStatus, Location
from roamgrid.canonical.party import PartyId
from roamgrid.ocpi.dialects.dialect import Dialect
from roamgrid.ocpi.mapping.electricity import derived_power_w
from roamgrid.ocpi.mapping.instants import NEVER
from roamgrid.ocpi.mapping.places import coordinates_of, country_of, evse_key, time_zone_of
from roamgrid.ocpi.wire.common.deviations import Code, Deviation, Refused
from roamgrid.ocpi.wire.common.scalars import Found
from roamgrid.ocpi.wire.v2_1_1 import location as wire

_MANY_EVSES = 50
_STATUSES = {status.value: status for status in EvseStatus}
_NO_TARIFF = Deviation(Code.NO_TARIFF, "/evses/*/connectors/*/tariff_id", "")


def location(read: wire.Location, owner: PartyId, dialect: Dialect, found: Found) -> Location:
    """Whoever sends one shows it: 2.1.1 knows no unpublished locations.

    Raises `Refused` when it is unclear where the location is or in which time zone.
    """
    if read.coordinates is None:
        raise Refused("/coordinates", "are missing or cannot be read")
    last_updated = read.last_updated or _latest(read)
    country = country_of(read.country, owner.country_code, found)
    if len(read.evses) > _MANY_EVSES:
        found.append(Deviation(Code.MANY_EVSES, "/evses", str(len(read.evses))))
    return Location(
        party=owner,
        id=read.id,
        name=read.name,
        address=read.address,
        city=read.city,
        postal_code=read.postal_code,
        country=country,
        coordinates=coordinates_of(read.coordinates.latitude, read.coordinates.longitude),
        time_zone=time_zone_of(read.time_zone, country, dialect.default_time_zone, found, optional=True),
        operator_name=read.operator.name if read.operator else None,
        publish=True,
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
    """No power is ever stated in 2.1.1."""
    if read.tariff_id is None:
        found.append(_NO_TARIFF)
    return Connector(
        id=read.id,
        standard=read.standard,
        format=read.format,
        power_type=read.power_type,
        max_voltage_v=read.voltage,
        max_amperage_a=read.amperage,
        max_power_w=derived_power_w(read.voltage, read.amperage, read.power_type),
        power_is_derived=True,
        tariff_ids=() if read.tariff_id is None else (read.tariff_id,),
        last_updated=read.last_updated or parent_updated,
    )


def _latest(read: wire.Location) -> datetime:
    stated = [evse.last_updated for evse in read.evses if evse.last_updated]
    stated += [plug.last_updated for evse in read.evses for plug in evse.connectors if plug.last_updated]
    return max(stated, default=NEVER)
