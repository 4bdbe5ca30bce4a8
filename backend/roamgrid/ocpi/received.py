"""From a read object to what the core stores: value, verbatim body, and how it came."""

from typing import TypeVar

from roamgrid.core.received import Received, Told, Validation
from roamgrid.ocpi.adapter import Adapter
from roamgrid.ocpi.wire.common.deviations import Read

T = TypeVar("T")


def told(adapter: Adapter, read: Read[T]) -> Told:
    """Its outcome of validation and its version."""
    return Told(Validation(read.outcome.value), adapter.version)


def received(adapter: Adapter, read: Read[T], raw: bytes) -> Received[T]:
    """`raw`: the bytes that `read` was read from."""
    return Received(read.value, raw, told(adapter, read))
