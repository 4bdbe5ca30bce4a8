"""Read a request's body, up to a limit, and tell JSON from anything else."""

import msgspec
from starlette.types import Receive

LARGEST_BODY = 4 * 1024 * 1024

_syntax = msgspec.json.Decoder(msgspec.Raw)


class BodyTooLarge(Exception):
    """The body exceeds `LARGEST_BODY`."""

    def __init__(self) -> None:
        super().__init__(f"the body is larger than {LARGEST_BODY} bytes")


class Disconnected(Exception):
    """The partner went away; nobody waits for an answer."""


async def read_body(headers: dict[bytes, bytes], receive: Receive) -> bytes:
    """All of it. Raises `BodyTooLarge` (before reading it, where the length was announced) or `Disconnected`."""
    announced = headers.get(b"content-length", b"")
    if announced.isdigit() and int(announced) > LARGEST_BODY:
        raise BodyTooLarge
    message = await receive()
    first = _part(message)
    if not message.get("more_body", False):
        return first
    parts, size = [first], len(first)
    while message.get("more_body", False):
        message = await receive()
        parts.append(_part(message))
        size += len(parts[-1])
        if size > LARGEST_BODY:
            raise BodyTooLarge
    return b"".join(parts)


def _part(message: object) -> bytes:
    assert isinstance(message, dict)
    if message["type"] == "http.disconnect":
        raise Disconnected
    part: bytes = message.get("body", b"")
    return part


def check_json(body: bytes) -> None:
    """Skims the body without building anything.

    Raises `JsonError` for what is not JSON, `UnicodeDecodeError` for what is not UTF-8, `RecursionError` for what is nested
    beyond reason.
    """
    body.decode()
    _syntax.decode(body)
