"""As much HTTP/1.1 as a load generator needs: requests as bytes, responses with a Content-Length."""

import re
from collections.abc import Mapping
from typing import NamedTuple

_END = b"\r\n\r\n"
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)\r\n", re.IGNORECASE)


class Malformed(Exception):
    """The server answered something that this reader does not know."""


class Response(NamedTuple):
    """A complete response; `rest` is what came after it."""

    status: int
    body: bytes
    rest: bytes


def request(method: str, path: str, headers: Mapping[str, str], body: bytes = b"") -> bytes:
    """The bytes of a request on a keep-alive connection."""
    named = {"Host": "127.0.0.1"} | dict(headers)
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in named.items())]
    if body or method not in ("GET", "HEAD"):
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode() + _END + body


def take(buffer: bytes) -> Response | None:
    """The first complete response in the buffer; None until all of it is there. Raises `Malformed`."""
    end = buffer.find(_END)
    if end < 0:
        return None
    head = buffer[: end + 2]
    found = _LENGTH.search(head)
    if not head.startswith(b"HTTP/1.1 ") or found is None:
        raise Malformed(f"no HTTP/1.1 response with a Content-Length: {head[:80]!r}")
    begin = end + len(_END)
    stop = begin + int(found[1])
    if len(buffer) < stop:
        return None
    return Response(int(head[9:12]), buffer[begin:stop], buffer[stop:])
