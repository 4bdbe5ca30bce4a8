"""The three levels at which locations are addressed."""

from dataclasses import dataclass

from roamgrid.ocpi import kinds
from roamgrid.ocpi.adapter import Adapter
from roamgrid.ocpi.inbound.merge import Document, find
from roamgrid.ocpi.inbound.required import required

EVSES, EVSE_KEY = "evses", "uid"
CONNECTORS, CONNECTOR_KEY = "connectors", "id"


@dataclass(frozen=True, slots=True)
class Level:
    """What an address names: a location, one of its EVSEs, or one connector of that."""

    location_id: str
    evse_uid: str | None = None
    connector_id: str | None = None

    @property
    def name(self) -> str:
        if self.evse_uid is None:
            return "location"
        return "EVSE" if self.connector_id is None else "connector"

    @property
    def last_id(self) -> str:
        """The id of the object itself."""
        return self.connector_id or self.evse_uid or self.location_id

    @property
    def key(self) -> str:
        """The member that holds this id."""
        return EVSE_KEY if self.name == "EVSE" else "id"

    def required(self, adapter: Adapter) -> frozenset[str]:
        """The members that a PATCH cannot clear."""
        return required(adapter, kinds.LOCATION, *_WITHIN[self.name])

    def find(self, location: Document) -> Document | None:
        """The object within its location's document."""
        if self.evse_uid is None:
            return location
        evse = find(location, EVSES, EVSE_KEY, self.evse_uid)
        if evse is None or self.connector_id is None:
            return evse
        return find(evse, CONNECTORS, CONNECTOR_KEY, self.connector_id)


def level_of(segments: tuple[str, ...]) -> Level:
    """From `/{country_code}/{party_id}/{location_id}[/{evse_uid}[/{connector_id}]]`."""
    return Level(*segments[2:])


_WITHIN: dict[str, tuple[str, ...]] = {"location": (), "EVSE": (EVSES,), "connector": (EVSES, CONNECTORS)}
