"""The envelope of every answer, read and written (OCPI Transport and format, Response format; Status codes)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from roamgrid.kernel import json
from roamgrid.ocpi.wire.common.deviations import Refused
from roamgrid.ocpi.wire.common.moments import write_moment

_BOM = b"\xef\xbb\xbf"
NOT_JSON = (json.JsonError, UnicodeDecodeError, RecursionError)
"""What decoding raises for a body that is no JSON, is no UTF-8, or is nested beyond reason."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """`data` is the verbatim JSON of the member, None when it is absent or null."""

    status_code: int
    message: str | None
    data: bytes | None

    @property
    def succeeded(self) -> bool:
        return 1000 <= self.status_code <= 1999


class _Body(msgspec.Struct):
    status_code: int | str
    status_message: Any = None
    data: msgspec.Raw = msgspec.Raw(b"null")


_body = msgspec.json.Decoder(_Body)
_items = msgspec.json.Decoder(list[msgspec.Raw])


def read_envelope(body: bytes) -> Envelope:
    """Raises `Refused` for what is no envelope."""
    try:
        read = _body.decode(body.removeprefix(_BOM))
        code = int(read.status_code)
    except NOT_JSON as error:
        raise Refused("", f"is no OCPI answer: {error}") from None
    except ValueError:
        raise Refused("/status_code", "is not a number") from None
    data = bytes(read.data)
    message = read.status_message if isinstance(read.status_message, str) else None
    return Envelope(code, message, None if data == b"null" else data)


def split(data: bytes) -> list[bytes]:
    """The items of a list, each byte for byte as it was sent. Raises `Refused` for what is no list."""
    try:
        return [bytes(item) for item in _items.decode(data)]
    except NOT_JSON as error:
        raise Refused("/data", f"is no list: {error}") from None


def write_envelope(code: int, message: str, at: datetime, data: Any = None) -> bytes:
    """An answer. Absent `data` is not written (221: senders omit it where nothing is defined)."""
    body = {"status_code": code, "status_message": message, "timestamp": write_moment(at)}
    return json.dumps(body if data is None else body | {"data": data})
