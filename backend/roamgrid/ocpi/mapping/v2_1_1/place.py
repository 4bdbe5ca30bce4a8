"""Where a charge happened: the location inside a session or a CDR, with its one charging point and connector."""

from roamgrid.canonical.cdr import CdrPlace
from roamgrid.canonical.location import Coordinates
from roamgrid.ocpi.mapping.geography import alpha3
from roamgrid.ocpi.mapping.places import coordinates_of
from roamgrid.ocpi.wire.common.deviations import Code, Deviation, Refused
from roamgrid.ocpi.wire.common.scalars import Found
from roamgrid.ocpi.wire.v2_1_1.location import UNKNOWN, Connector, Evse, Location
from roamgrid.ocpi.wire.v2_2_1.session import NOT_AVAILABLE
from roamgrid.ocpi.wire.v2_2_1.types import GeoLocation


def used(read: Location, found: Found) -> tuple[Evse | None, Connector | None]:
    """The charging point and the connector, each where there is exactly one (issue 149)."""
    if len(read.evses) != 1:
        found.append(Deviation(Code.PLACE_UNCLEAR, "/location/evses", str(len(read.evses))))
        return None, None
    evse = read.evses[0]
    if len(evse.connectors) != 1:
        found.append(Deviation(Code.PLACE_UNCLEAR, "/location/evses/*/connectors", str(len(evse.connectors))))
        return evse, None
    return evse, evse.connectors[0]


def uid_of(evse: Evse | None) -> str:
    """`#NA` where the location does not tell."""
    return NOT_AVAILABLE if evse is None else evse.uid


def id_of(connector: Connector | None) -> str:
    """As `uid_of`."""
    return NOT_AVAILABLE if connector is None else connector.id


def cdr_place(read: Location, found: Found) -> CdrPlace:
    """The place in one flat value."""
    stated = read.country or ""
    country = alpha3(stated)
    if country != stated:
        found.append(Deviation(Code.COUNTRY_FORM, "/location/country", stated[:20]))
    evse, connector = used(read, found)
    return CdrPlace(
        location_id=read.id,
        evse_uid=uid_of(evse),
        evse_id=evse.evse_id if evse else None,
        connector_id=id_of(connector),
        country=country or stated,
        address=read.address,
        city=read.city,
        name=read.name,
        postal_code=read.postal_code,
        coordinates=_coordinates(read.coordinates, found),
        connector_standard=_known(connector.standard) if connector else None,
        connector_format=_known(connector.format) if connector else None,
        connector_power_type=_known(connector.power_type) if connector else None,
    )


def _coordinates(read: GeoLocation | None, found: Found) -> Coordinates | None:
    """No claim depends on them: unreadable ones are left out."""
    try:
        return None if read is None else coordinates_of(read.latitude, read.longitude)
    except Refused as problem:
        found.append(Deviation(Code.UNREADABLE, f"/location{problem.field}", problem.reason))
        return None


def _known(text: str) -> str | None:
    return None if text == UNKNOWN else text
