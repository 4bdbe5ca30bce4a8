"""Documents of each peer, as they came."""

from typing import Any

from roamgrid.sandbox.ocpi.connections import Connection
from roamgrid.sandbox.ocpi.shapes.shape import Owner
from roamgrid.sandbox.ocpi.shelf import key_of

Json = dict[str, Any]


class Store:
    """By connection, module, owner and id. What was pulled and what was pushed is not told apart."""

    def __init__(self) -> None:
        self._objects: dict[tuple[str, ...], Json] = {}

    def put(self, peer: Connection, module: str, owner: Owner, object_id: str, document: Json) -> bool:
        """Whether it is new."""
        key = (peer.id, module, *key_of(*owner, object_id))
        is_new = key not in self._objects
        self._objects[key] = document
        return is_new

    def find(self, peer: Connection, module: str, owner: Owner, object_id: str) -> Json | None:
        return self._objects.get((peer.id, module, *key_of(*owner, object_id)))

    def cdr(self, peer: Connection, cdr_id: str) -> Json | None:
        """A CDR by the id alone, as our own URL names it."""
        wanted = cdr_id.casefold()
        return next((item for key, item in self._objects.items() if key[:2] == (peer.id, "cdrs") and key[4] == wanted), None)

    def remove(self, peer: Connection, module: str, owner: Owner, object_id: str) -> None:
        self._objects.pop((peer.id, module, *key_of(*owner, object_id)), None)

    def all(self, module: str) -> list[Json]:
        return [item for key, item in self._objects.items() if key[1] == module]


def merged(known: Json, change: Json, *, appends_periods: bool) -> Json:
    """A PATCH over what is known: field by field; periods of a session are appended where the version says so."""
    if not appends_periods or "charging_periods" not in change:
        return known | change
    starts = {period["start_date_time"] for period in change["charging_periods"]}
    kept = [period for period in known.get("charging_periods") or [] if period["start_date_time"] not in starts]
    return known | change | {"charging_periods": kept + change["charging_periods"]}
