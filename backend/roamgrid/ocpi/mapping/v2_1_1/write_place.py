"""The location inside a session or a CDR: canonical to wire.

A charge knows less of its place than 2.1.1 wants to hear. What is missing is named as lost, and never invented.
"""

from roamgrid.canonical.cdr import CdrPlace
from roamgrid.canonical.session import Session
from roamgrid.ocpi.mapping.v2_1_1.write_location import write_coordinates
from roamgrid.ocpi.mapping.v2_2_1.present import present
from roamgrid.ocpi.speech import Document, Loss, Losses
from roamgrid.ocpi.wire.common.moments import write_moment
from roamgrid.ocpi.wire.v2_1_1.location import UNKNOWN
from roamgrid.ocpi.wire.v2_2_1.session import NOT_AVAILABLE

_LOCATION = "/location"
_CONNECTOR = "/location/evses/*/connectors/*"
_OF_LOCATION = ("address", "city", "postal_code", "country", "coordinates")
_OF_CONNECTOR = ("standard", "format", "power_type", "voltage", "amperage")


def write_session_place(value: Session, losses: Losses) -> Document:
    """A session knows ids only."""
    place = CdrPlace(value.location_id, value.evse_uid, None, value.connector_id, "", "", "")
    return write_cdr_place(place, write_moment(value.last_updated), losses)


def write_cdr_place(place: CdrPlace, last_updated: str, losses: Losses) -> Document:
    """The location with the one charging point and connector."""
    evses = [] if place.evse_uid == NOT_AVAILABLE else [_evse(place, last_updated, losses)]
    if not evses and place.connector_id != NOT_AVAILABLE:
        losses.append(Loss("/connector_id", place.connector_id))
    document = present(
        id=place.location_id,
        type=UNKNOWN,
        name=place.name,
        address=place.address or None,
        city=place.city or None,
        postal_code=place.postal_code,
        country=place.country or None,
        coordinates=None if place.coordinates is None else write_coordinates(place.coordinates, _LOCATION, losses),
        evses=evses,
        last_updated=last_updated,
    )
    losses += [Loss(f"{_LOCATION}/{name}", "") for name in _OF_LOCATION if name not in document]
    return document


def _evse(place: CdrPlace, last_updated: str, losses: Losses) -> Document:
    connectors = [] if place.connector_id == NOT_AVAILABLE else [_connector(place, last_updated, losses)]
    evse = present(uid=place.evse_uid, evse_id=place.evse_id, status=UNKNOWN, last_updated=last_updated)
    return evse | {"connectors": connectors}


def _connector(place: CdrPlace, last_updated: str, losses: Losses) -> Document:
    connector = present(
        id=place.connector_id,
        standard=place.connector_standard,
        format=place.connector_format,
        power_type=place.connector_power_type,
        last_updated=last_updated,
    )
    losses += [Loss(f"{_CONNECTOR}/{name}", "") for name in _OF_CONNECTOR if name not in connector]
    return connector
