"""Where something stands, as every version says it: coordinates, country, time zone, EVSE ids."""

import re
from decimal import Decimal, InvalidOperation

from roamgrid.canonical.location import Coordinates
from roamgrid.ocpi.mapping.geography import alpha3, is_zone, only_zone
from roamgrid.ocpi.wire.common.deviations import Code, Deviation, Refused
from roamgrid.ocpi.wire.common.scalars import Found

_SEPARATORS = str.maketrans("", "", "*- _+.")
_EMI3 = re.compile(r"[A-Z]{2}\*?[A-Z0-9]{3}\*?E[A-Z0-9*]{1,30}", re.ASCII)
_EVSE_ID = "/evses/*/evse_id"
_NO_EVSE_ID = Deviation(Code.EVSE_ID_MISSING, _EVSE_ID, "")


def coordinates_of(latitude: str, longitude: str) -> Coordinates:
    """Degrees from their texts. Raises `Refused` for what is not on this planet."""
    return Coordinates(_degrees(latitude, 90, "latitude"), _degrees(longitude, 180, "longitude"))


def country_of(stated: str | None, owner_country: str, found: Found) -> str:
    """Alpha-3; the owner's country (alpha-2) where the location does not say its own. Raises `Refused`."""
    stated = stated or ""
    country = alpha3(stated)
    if country is None or country != stated:
        found.append(Deviation(Code.COUNTRY_FORM, "/country", stated[:20]))
    country = country or alpha3(owner_country)
    if country is None:
        raise Refused("/country", f"is {stated[:20]!r}, no country")
    return country


def time_zone_of(stated: str | None, country: str, default: str | None, found: Found, *, optional: bool = False) -> str:
    """Prices depend on local time, so a zone that the country leaves open is never guessed. Raises `Refused`.

    `optional`: the version allows that none is stated, which is then no deviation.
    """
    if stated is not None and is_zone(stated):
        return stated
    if stated is not None or not optional:
        found.append(Deviation(Code.TIME_ZONE_UNKNOWN, "/time_zone", (stated or "")[:40]))
    zone = only_zone(country) or default
    if zone is None:
        raise Refused("/time_zone", f"is {(stated or '')[:40]!r}, and {country} has several")
    return zone


def evse_key(evse_id: str | None, found: Found) -> str | None:
    """EVSE ids are the same with `*`, with `-`, or with nothing between their parts, in any letter case."""
    if evse_id is None:
        found.append(_NO_EVSE_ID)
        return None
    if not _EMI3.fullmatch(evse_id):
        found.append(Deviation(Code.EVSE_ID_FORM, _EVSE_ID, evse_id[:48]))
    return evse_id.translate(_SEPARATORS).casefold() or None


def _degrees(text: str, limit: int, name: str) -> Decimal:
    try:
        degrees = Decimal(text)
    except InvalidOperation:
        raise Refused(f"/coordinates/{name}", f"is {text[:20]!r}, not a number") from None
    if not degrees.is_finite() or abs(degrees) > limit:
        raise Refused(f"/coordinates/{name}", f"is {text[:20]!r}, not on this planet")
    return degrees
