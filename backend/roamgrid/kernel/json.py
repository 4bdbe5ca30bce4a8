"""JSON with exact decimals: numbers never pass through a binary float, in either direction (ADR-0004)."""

from decimal import Context, Decimal, InvalidOperation
from typing import Any, TypeVar

import msgspec

T = TypeVar("T")

_LONGEST_NUMBER = 100
_WIDE = Context(prec=_LONGEST_NUMBER)


def _number(text: str) -> Decimal | int:
    """1.50, 1.5 and 15e-1 are one number, and 2.0 is 2. Longer numbers stay as they are written."""
    number = Decimal(text)
    if len(text) > _LONGEST_NUMBER or abs(number.adjusted()) > _LONGEST_NUMBER:
        return number
    shortest = number.normalize(_WIDE)
    return int(shortest) if shortest == shortest.to_integral_value() else shortest


_decoder = msgspec.json.Decoder(float_hook=Decimal)
_number_decoder = msgspec.json.Decoder(float_hook=_number)
_encoder = msgspec.json.Encoder(decimal_format="number")
_sorted_encoder = msgspec.json.Encoder(decimal_format="number", order="sorted")
_text_encoder = msgspec.json.Encoder(decimal_format="string")

JsonError = msgspec.DecodeError
"""Raised for anything that is not JSON: also for wrong UTF-8, for numbers beyond any exponent, and for nesting without end."""


def loads(body: bytes | str) -> Any:
    """Parse JSON; every number with a fraction or exponent becomes a `Decimal`. Raises `JsonError`."""
    return _parse(_decoder, body)


def dumps(value: Any) -> bytes:
    """Serialise; `Decimal` as a JSON number with all its digits (what OCPI wants)."""
    return _encoder.encode(value)


def normalised(body: bytes | str) -> bytes:
    """The same JSON without white space, members sorted, numbers in shortest form: equal content gives equal bytes.

    Raises `JsonError`.
    """
    return _sorted_encoder.encode(_parse(_number_decoder, body))


def encode(value: Any) -> str:
    """A canonical value as text for storage; `decode` gives it back unchanged."""
    return _text_encoder.encode(value).decode()


def decode(text: str | bytes, type_: type[T]) -> T:
    """The inverse of `encode`. Raises `JsonError` when the text is not such a value."""
    return msgspec.json.decode(text, type=type_)


def _parse(decoder: msgspec.json.Decoder[Any], body: bytes | str) -> Any:
    try:
        return decoder.decode(body)
    except (UnicodeError, RecursionError, InvalidOperation) as error:
        raise JsonError(f"JSON is unreadable: {error}") from None
