"""What the generator is asked and what it answers; one length-prefixed MessagePack document each."""

import struct
from typing import BinaryIO, TypeVar

import msgspec

T = TypeVar("T")

_LENGTH = struct.Struct(">I")
_encoder = msgspec.msgpack.Encoder()


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """Send `requests` over `connections` keep-alive connections, one at a time on each, round and round for `seconds`.

    `once`: send each request once instead, however long that takes. A response counts when its status is `status` and its
    body contains `marker`; anything else is an error.
    """

    port: int
    requests: list[bytes]
    seconds: float
    connections: int = 32
    once: bool = False
    status: int = 200
    marker: bytes = b""


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """`completed` responses in `seconds`; latencies of these in milliseconds. `first_error` says what went wrong first."""

    completed: int
    errors: int
    seconds: float
    p50_ms: float
    p99_ms: float
    first_error: str = ""

    @property
    def per_second(self) -> float:
        return self.completed / self.seconds if self.seconds else 0.0


def packed(message: Job | Outcome) -> bytes:
    """A message as it goes through the pipe."""
    body = _encoder.encode(message)
    return _LENGTH.pack(len(body)) + body


LENGTH_BYTES = _LENGTH.size


def length_of(prefix: bytes) -> int:
    """How many bytes follow the prefix."""
    length: int = _LENGTH.unpack(prefix)[0]
    return length


def unpacked(body: bytes, type_: type[T]) -> T:
    """The message in a body. Raises `msgspec.DecodeError`."""
    return msgspec.msgpack.decode(body, type=type_)


def read(pipe: BinaryIO, type_: type[T]) -> T | None:
    """The next message; None at the end of the pipe."""
    prefix = pipe.read(LENGTH_BYTES)
    if len(prefix) < LENGTH_BYTES:
        return None
    return unpacked(pipe.read(length_of(prefix)), type_)
