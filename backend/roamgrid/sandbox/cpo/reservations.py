"""Which EVSE is kept for whom."""

from dataclasses import dataclass
from datetime import datetime

from roamgrid.sandbox.cpo.network import Place
from roamgrid.sandbox.cpo.session import Authorisation


@dataclass(frozen=True, slots=True)
class Reservation:
    """One agreement; `response_url` is where the operator says so if it has to cancel."""

    id: str
    place: Place
    authorisation: Authorisation
    expires: datetime
    response_url: str


class Reservations:
    """At most one for an EVSE; ids are unique for a peer only."""

    def __init__(self) -> None:
        self._by_evse: dict[tuple[str, str, str, str], Reservation] = {}

    def keep(self, reservation: Reservation) -> Reservation | None:
        """Hold the EVSE; the reservation that this one replaces, where it had been for another EVSE."""
        before = self.find(reservation.id, reservation.authorisation.connection)
        if before is not None:
            self.drop(before)
        self._by_evse[reservation.place.evse_key] = reservation
        moved = before is not None and before.place.evse_key != reservation.place.evse_key
        return before if moved else None

    def find(self, reservation_id: str, connection: str) -> Reservation | None:
        wanted = (reservation_id.casefold(), connection)
        return next((item for item in self.all() if (item.id.casefold(), item.authorisation.connection) == wanted), None)

    def at(self, place: Place) -> Reservation | None:
        return self._by_evse.get(place.evse_key)

    def drop(self, reservation: Reservation) -> bool:
        """Whether it was still held."""
        held = self._by_evse.get(reservation.place.evse_key) is reservation
        if held:
            del self._by_evse[reservation.place.evse_key]
        return held

    def all(self) -> list[Reservation]:
        return list(self._by_evse.values())
