"""Partial updates on verbatim documents (OCPI 2.2.1 Transport, PATCH; Locations, EVSE and Connector push).

The specification leaves nested values open: members are merged at the top level only, arrays replace, null clears an
optional member. Everything that we do not know of survives.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from roamgrid.kernel import json
from roamgrid.ocpi.inbound.errors import invalid
from roamgrid.ocpi.wire.common.moments import read_moment

Document = dict[str, Any]
LAST_UPDATED = "last_updated"


def document(body: bytes) -> Document:
    """A JSON object. Raises `JsonError`, or `Refused` for any other JSON."""
    value = json.loads(body)
    if not isinstance(value, dict):
        raise invalid("/", "is not a JSON object")
    return value


def patch_document(body: bytes, *, dated: bool) -> Document:
    """A PATCH body. `dated`: it must tell when the object changed (OCPI 2.2.1; issue 355). What it tells must be legible.

    Raises `Refused` naming `last_updated`.
    """
    patch = document(body)
    if dated or LAST_UPDATED in patch:
        moment_of(patch)
    return patch


def merged(target: Document, patch: Document, required: Collection[str]) -> Document:
    """`target` with the members of `patch`. Raises `Refused` for a null where a value is required."""
    for name, value in patch.items():
        if value is None and name in required:
            raise invalid(f"/{name}", "is required and cannot be cleared")
    return {name: value for name, value in {**target, **patch}.items() if value is not None or name not in patch}


def moment_of(part: Document) -> datetime:
    """When a part of a document changed. Raises `Refused`."""
    value = part.get(LAST_UPDATED)
    if not isinstance(value, str):
        raise invalid(f"/{LAST_UPDATED}", "is required")
    try:
        return read_moment(value)[0]
    except ValueError:
        raise invalid(f"/{LAST_UPDATED}", f"is {value[:40]!r}, not a date and time") from None


def lift(above: Document, changed: Document) -> Document:
    """A change below is a change above: `last_updated` rises to that of the part that changed, and never falls."""
    if LAST_UPDATED not in changed or (LAST_UPDATED in above and moment_of(above) >= moment_of(changed)):
        return above
    return {**above, LAST_UPDATED: changed[LAST_UPDATED]}


def find(above: Document, members: str, key: str, wanted: str) -> Document | None:
    """The member of a list with that id; ids compare without case."""
    return next((item for item in _items(above, members) if _is(item, key, wanted)), None)


def with_member(above: Document, members: str, key: str, member: Document) -> Document:
    """`above` with one member of a list replaced, or added at its end."""
    wanted = str(member[key])
    items = _items(above, members)
    if any(_is(item, key, wanted) for item in items):
        return {**above, members: [member if _is(item, key, wanted) else item for item in items]}
    return {**above, members: [*items, member]}


def _items(above: Document, members: str) -> list[Document]:
    value = above.get(members)
    return value if isinstance(value, list) else []


def _is(item: Any, key: str, wanted: str) -> bool:
    return isinstance(item, dict) and str(item.get(key)).casefold() == wanted.casefold()
