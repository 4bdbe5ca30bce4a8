"""Amounts on the wire: decimal strings, never floats (D10)."""

from decimal import Decimal

import strawberry

from roamgrid.canonical import money


@strawberry.type
class Money:
    """An amount in one currency."""

    amount: Decimal = strawberry.field(description='Exact decimal as text, for example "5.42".')
    currency: str = strawberry.field(description="ISO 4217 code.")

    @classmethod
    def of(cls, value: money.Money) -> "Money":
        return cls(amount=value.amount, currency=value.currency)
