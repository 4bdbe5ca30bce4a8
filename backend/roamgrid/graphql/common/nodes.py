"""Relay object identification: an id names type and key, for one brand; it is opaque to clients."""

import base64
from typing import NamedTuple
from uuid import UUID

import strawberry

from roamgrid.kernel.errors import Invalid

_MAX_ID = 200
_MAX_BIGINT = 2**63 - 1


class BadId(Invalid):
    """The text is no id that this API gave out."""

    code = "BAD_USER_INPUT"
    hint = "Send ids unchanged, as the API returned them."


@strawberry.interface
class Node:
    """An object that can be read again by its id."""

    id: strawberry.ID


class NodeKey(NamedTuple):
    """What an id says."""

    type: str
    key: str


def node_id(type_: str, key: object) -> strawberry.ID:
    """The id of an object."""
    return strawberry.ID(base64.urlsafe_b64encode(f"{type_}:{key}".encode()).decode().rstrip("="))


def node_key(text: str) -> NodeKey:
    """Read an id. Raises `BadId`."""
    try:
        padded = text.encode("ascii") + b"=" * (-len(text) % 4)
        decoded = base64.b64decode(padded, altchars=b"-_", validate=True).decode("ascii")
        type_, key = decoded.split(":", 1)
    except ValueError:
        raise BadId("this is not an id", field="id") from None
    if len(text) > _MAX_ID or node_id(type_, key) != text:
        raise BadId("this is not an id", field="id")
    return NodeKey(type_, key)


def uuid_key(text: str, type_: str) -> UUID:
    """The UUID in an id of that type. Raises `BadId`."""
    try:
        return UUID(_key_of(text, type_))
    except ValueError:
        raise BadId(f"this is not the id of a {type_}", field="id") from None


def number_key(text: str, type_: str) -> int:
    """The number in an id of that type. Raises `BadId`."""
    key = _key_of(text, type_)
    if not (key.isascii() and key.isdigit()) or int(key) > _MAX_BIGINT:
        raise BadId(f"this is not the id of a {type_}", field="id")
    return int(key)


def _key_of(text: str, type_: str) -> str:
    found = node_key(text)
    if found.type != type_:
        raise BadId(f"this is not the id of a {type_}", field="id")
    return found.key
