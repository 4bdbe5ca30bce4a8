"""Whose object it is: the address says so, not the object (OCPI 2.1.1, client owned objects)."""

from typing import Any

from roamgrid.canonical.party import PartyId
from roamgrid.ocpi.speech import Ways
from roamgrid.ocpi.wire.common.deviations import Refused

_NOWHERE = "is said neither by the address, as 2.1.1 wants it (/{country_code}/{party_id}/{id}), nor by the object"


def owner_of(document: Any, ways: Ways) -> PartyId:
    """The address's party; without one, the party that the object names as later versions do. Raises `Refused`.

    A party inside the object is an unknown field, and recorded as such, in either case.
    """
    if ways.owner is not None:
        return ways.owner
    if isinstance(document, dict):
        country, party = document.get("country_code"), document.get("party_id")
        if isinstance(country, str) and isinstance(party, str) and country and party:
            return PartyId.of(country, party)
    raise Refused("/party_id", _NOWHERE)


def operator_of(ways: Ways) -> PartyId:
    """Which of our parties a command is for: the one that the connection faces. Raises `Refused`."""
    if ways.owner is None:
        raise Refused("/location_id", "is of nobody that is known: 2.1.1 leaves the operator to the connection")
    return ways.owner


def asker_of(ways: Ways) -> PartyId:
    """Whose token a command carries: the sender's. Raises `Refused`."""
    if ways.asker is None:
        raise Refused("/token", "is of nobody that is known: 2.1.1 leaves its owner to the connection")
    return ways.asker
