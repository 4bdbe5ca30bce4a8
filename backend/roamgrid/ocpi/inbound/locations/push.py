"""What a push below or at a location makes of the location's document.

A changed part lifts `last_updated` of everything above it (OCPI 2.2.1, EVSE object push). News older than the part itself is
ignored: pushes arrive out of order.
"""

from collections.abc import Collection

from roamgrid.ocpi.inbound.answer import UNKNOWN_LOCATION
from roamgrid.ocpi.inbound.errors import not_found
from roamgrid.ocpi.inbound.locations.levels import CONNECTOR_KEY, CONNECTORS, EVSE_KEY, EVSES, Level
from roamgrid.ocpi.inbound.merge import LAST_UPDATED, Document, find, lift, merged, moment_of, with_member


def replaced(location: Document, level: Level, part: Document) -> Document | None:
    """The location with one EVSE or connector replaced or added; None when the part we hold is newer.

    Raises 404 with 2003 for a connector of an EVSE that we do not know, `Refused` for a part without `last_updated`.
    """
    held = level.find(location)
    if held is not None and _is_older(part, held):
        return None
    return _placed(location, level, part)


def patched(location: Document, level: Level, patch: Document, required: Collection[str]) -> Document | None:
    """The location with some members of one object changed; None when what we hold is newer.

    Raises 404 with 2003 for an unknown object: PATCH creates none.
    """
    held = level.find(location)
    if held is None:
        raise not_found(f"{level.name} {level.last_id}", UNKNOWN_LOCATION)
    if _is_older(patch, held):
        return None
    return _placed(location, level, merged(held, patch, required))


def _placed(location: Document, level: Level, part: Document) -> Document:
    if level.evse_uid is None:
        return part
    if level.connector_id is None:
        return lift(with_member(location, EVSES, EVSE_KEY, part), part)
    evse = find(location, EVSES, EVSE_KEY, level.evse_uid)
    if evse is None:
        raise not_found(f"EVSE {level.evse_uid}", UNKNOWN_LOCATION)
    changed = lift(with_member(evse, CONNECTORS, CONNECTOR_KEY, part), part)
    return lift(with_member(location, EVSES, EVSE_KEY, changed), part)


def _is_older(news: Document, held: Document) -> bool:
    """News that do not say when they are of (2.1.1 allows it in a PATCH) are of now."""
    return LAST_UPDATED in held and LAST_UPDATED in news and moment_of(news) < moment_of(held)
