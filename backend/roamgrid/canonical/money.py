"""Amounts: exact, in one currency, rounded once (ADR-0004)."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import NewType

from iso4217 import Currency as IsoCurrency

from roamgrid.kernel.errors import Invalid

CurrencyCode = NewType("CurrencyCode", str)
"""An ISO 4217 alphabetic code, upper case."""


class CurrencyMismatch(Invalid):
    """Two amounts of different currencies met in one sum."""

    code = "CURRENCY_MISMATCH"
    hint = "Convert explicitly; amounts of different currencies are never added."


def currency(code: str) -> CurrencyCode:
    """Check an ISO 4217 code. Raises `Invalid` for an unknown one."""
    try:
        return CurrencyCode(IsoCurrency(code.upper()).code)
    except ValueError:
        raise Invalid(f"{code!r} is not an ISO 4217 currency", field="currency") from None


def minor_units(code: CurrencyCode) -> int:
    """How many decimals an amount of this currency has when it is paid (ISO 4217 exponent)."""
    exponent = IsoCurrency(code).exponent
    return 2 if exponent is None else exponent


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in one currency. Unrounded unless `rounded()` made it; never mixed across currencies."""

    amount: Decimal
    currency: CurrencyCode

    def __add__(self, other: "Money") -> "Money":
        self._same(other)
        return Money(self.amount + other.amount, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        self._same(other)
        return Money(self.amount - other.amount, self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.amount, self.currency)

    def rounded(self) -> "Money":
        """Half away from zero, to the currency's minor units: the one rounding, at the total (ADR-0004)."""
        quantum = Decimal(1).scaleb(-minor_units(self.currency))
        return Money(self.amount.quantize(quantum, rounding=ROUND_HALF_UP), self.currency)

    def minor(self) -> int:
        """The rounded amount in minor units (cents), as payment providers count."""
        return int(self.rounded().amount.scaleb(minor_units(self.currency)))

    def _same(self, other: "Money") -> None:
        if self.currency != other.currency:
            raise CurrencyMismatch(f"{self.currency} and {other.currency} do not add up")

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"
