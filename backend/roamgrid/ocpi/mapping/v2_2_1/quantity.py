"""Quantities on the wire."""

from decimal import Decimal


def plain(number: Decimal) -> Decimal:
    """The same number without an exponent, which some JSON readers of this trade do not expect."""
    exponent = number.as_tuple().exponent
    return number.quantize(Decimal(1)) if isinstance(exponent, int) and exponent > 0 else number
