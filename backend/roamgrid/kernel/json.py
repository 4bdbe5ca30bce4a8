"""JSON with exact decimals: numbers never pass through a binary float, in either direction (ADR-0004)."""

from decimal import Decimal
from typing import Any, TypeVar

import msgspec

T = TypeVar("T")

_decoder = msgspec.json.Decoder(float_hook=Decimal)
_encoder = msgspec.json.Encoder(decimal_format="number")
_sorted_encoder = msgspec.json.Encoder(decimal_format="number", order="sorted")
_text_encoder = msgspec.json.Encoder(decimal_format="string")

JsonError = msgspec.DecodeError
"""Raised by `loads` for anything that is not JSON."""


def loads(body: bytes | str) -> Any:
    """Parse JSON; every number with a fraction or exponent becomes a `Decimal`. Raises `JsonError`."""
    return _decoder.decode(body)


def dumps(value: Any) -> bytes:
    """Serialise; `Decimal` as a JSON number with all its digits (what OCPI wants)."""
    return _encoder.encode(value)


def normalised(body: bytes | str) -> bytes:
    """The same JSON without white space and with sorted members: equal content gives equal bytes. Raises `JsonError`."""
    return _sorted_encoder.encode(loads(body))


def encode(value: Any) -> str:
    """A canonical value as text for storage; `decode` gives it back unchanged."""
    return _text_encoder.encode(value).decode()


def decode(text: str | bytes, type_: type[T]) -> T:
    """The inverse of `encode`. Raises `JsonError` when the text is not such a value."""
    return msgspec.json.decode(text, type=type_)
