"""Location: wire to canonical (OCPI 2.2.1, Locations module)."""

import re
from datetime import datetime
from decimal import Decimal, InvalidOperation

from roamgrid.canonical.location import Connector, Coordinates, Evse, EvseStatus, Location
from roamgrid.canonical.party import PartyId
from roamgrid.ocpi.dialects.dialect import Dialect
from roamgrid.ocpi.mapping.geography import alpha3, is_zone, only_zone
from roamgrid.ocpi.mapping.instants import NEVER
from roamgrid.ocpi.mapping.v2_2_1.power import power_of
from roamgrid.ocpi.wire.common.deviations import Code, Deviation, Refused
from roamgrid.ocpi.wire.common.scalars import Found
from roamgrid.ocpi.wire.v2_2_1 import location as wire
from roamgrid.ocpi.wire.v2_2_1.types import GeoLocation

_MANY_EVSES = 50
_SEPARATORS = str.maketrans("", "", "*- _+.")
_EMI3 = re.compile(r"[A-Z]{2}\*?[A-Z0-9]{3}\*?E[A-Z0-9*]{1,30}", re.ASCII)
_STATUSES = {status.value: status for status in EvseStatus}

_MANY = "/evses"
_EVSE_ID = "/evses/*/evse_id"
_NO_EVSE_ID = Deviation(Code.EVSE_ID_MISSING, _EVSE_ID, "")
_NO_TARIFF = Deviation(Code.NO_TARIFF, "/evses/*/connectors/*/tariff_ids", "")


def location(read: wire.Location, dialect: Dialect, found: Found) -> Location:
    """Raises `Refused` when it is unclear where the location is or in which time zone."""
    last_updated = read.last_updated or _latest(read)
    country = _country(read, found)
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
        coordinates=_coordinates(read.coordinates),
        time_zone=_time_zone(read.time_zone, country, dialect, found),
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
        evse_key=_evse_key(read.evse_id, found),
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


def _evse_key(evse_id: str | None, found: Found) -> str | None:
    """EVSE ids are the same with `*`, with `-`, or with nothing between their parts, in any letter case."""
    if evse_id is None:
        found.append(_NO_EVSE_ID)
        return None
    if not _EMI3.fullmatch(evse_id):
        found.append(Deviation(Code.EVSE_ID_FORM, _EVSE_ID, evse_id[:48]))
    return evse_id.translate(_SEPARATORS).casefold() or None


def _coordinates(read: GeoLocation) -> Coordinates:
    return Coordinates(_degrees(read.latitude, 90, "latitude"), _degrees(read.longitude, 180, "longitude"))


def _degrees(text: str, limit: int, name: str) -> Decimal:
    try:
        degrees = Decimal(text)
    except InvalidOperation:
        raise Refused(f"/coordinates/{name}", f"is {text[:20]!r}, not a number") from None
    if not degrees.is_finite() or abs(degrees) > limit:
        raise Refused(f"/coordinates/{name}", f"is {text[:20]!r}, not on this planet")
    return degrees


def _country(read: wire.Location, found: Found) -> str:
    """Alpha-3; the owner's country where the location does not say its own."""
    stated = read.country or ""
    country = alpha3(stated)
    if country is None or country != stated:
        found.append(Deviation(Code.COUNTRY_FORM, "/country", stated[:20]))
    country = country or alpha3(read.country_code)
    if country is None:
        raise Refused("/country", f"is {stated[:20]!r}, no country")
    return country


def _time_zone(stated: str | None, country: str, dialect: Dialect, found: Found) -> str:
    """Prices depend on local time, so a zone that the country leaves open is never guessed."""
    if stated is not None and is_zone(stated):
        return stated
    found.append(Deviation(Code.TIME_ZONE_UNKNOWN, "/time_zone", (stated or "")[:40]))
    zone = only_zone(country) or dialect.default_time_zone
    if zone is None:
        raise Refused("/time_zone", f"is {(stated or '')[:40]!r}, and {country} has several")
    return zone


def _latest(read: wire.Location) -> datetime:
    stated = [evse.last_updated for evse in read.evses if evse.last_updated]
    stated += [plug.last_updated for evse in read.evses for plug in evse.connectors if plug.last_updated]
    return max(stated, default=NEVER)
