"""Everything that belongs to one API key. Accounts never see each other's objects."""

from collections.abc import Callable
from secrets import token_hex
from time import time
from typing import Any

from roamgrid.sandbox.psp.errors import invalid, missing
from roamgrid.sandbox.psp.params import Params

Json = dict[str, Any]
_LIST_LIMIT = 100


class Account:
    """Objects by kind and id, oldest first. `announce` is told about every event (type, object)."""

    def __init__(self, api_key: str, announce: Callable[["Account", str, Json], None]) -> None:
        self.api_key = api_key
        self._announce = announce
        self._objects: dict[str, dict[str, Json]] = {}

    def add(self, kind: str, prefix: str, content: Json) -> Json:
        """Store a new object with what every object has."""
        stamped = {"id": f"{prefix}_{token_hex(12)}", "object": kind, "created": int(time()), "livemode": False}
        made: Json = stamped | content
        self._objects.setdefault(kind, {})[made["id"]] = made
        return made

    def get(self, kind: str, object_id: str, *, param: str = "id") -> Json:
        """Raises ApiError 404 for what this account does not have."""
        found = self._objects.get(kind, {}).get(object_id)
        if found is None:
            raise missing(kind, object_id, param=param)
        return found

    def all(self, kind: str) -> list[Json]:
        return list(self._objects.get(kind, {}).values())

    def tell(self, event: str, subject: Json) -> None:
        self._announce(self, event, subject)

    def page(self, kind: str, params: Params, *, url: str, holds: Callable[[Json], bool]) -> Json:
        """A list, newest first, with `limit` and `starting_after`."""
        matching = [item for item in reversed(self.all(kind)) if holds(item)]
        limit = params.natural("limit") or 10
        if limit > _LIST_LIMIT:
            raise invalid(f"limit must be at most {_LIST_LIMIT}", param="limit")
        if after := params.text("starting_after"):
            cursor = self.get(kind, after, param="starting_after")
            matching = matching[next((n for n, item in enumerate(matching) if item is cursor), len(matching)) + 1 :]
        return {"object": "list", "url": url, "data": matching[:limit], "has_more": len(matching) > limit}

    def expanded(self, subject: Json, names: list[str]) -> Json:
        """The object with the named references replaced by what they refer to."""
        kinds = {"latest_charge": "charge", "customer": "customer", "payment_method": "payment_method"}
        kinds |= {"payment_intent": "payment_intent", "charge": "charge"}
        expanded = dict(subject)
        for name in names:
            if name not in kinds or name not in subject:
                raise invalid(f"This property cannot be expanded ({name}).", param="expand")
            if subject[name]:
                expanded[name] = self.get(kinds[name], subject[name])
        return expanded
