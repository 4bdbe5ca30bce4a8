"""OCPI 2.3.0 objects as an operator sends them; a test says only what differs."""

from decimal import Decimal
from typing import Any

from tests.ocpi import objects

QST = {"name": "QST", "account_number": "1023456789TQ0001", "percentage": Decimal("9.975"), "amount": Decimal("0.45")}
GST = {"name": "GST", "amount": Decimal("0.23")}


def tariff(**changes: Any) -> dict[str, Any]:
    """0.40 EUR per kWh without tax, 21 % VAT."""
    return objects.tariff(**({"tax_included": "NO"} | changes))


def price(before_taxes: str, *taxes: dict[str, Any]) -> dict[str, Any]:
    return {"before_taxes": Decimal(before_taxes), "taxes": list(taxes)}


def session(**changes: Any) -> dict[str, Any]:
    """A running charge."""
    return objects.session(**changes)


def cdr(**changes: Any) -> dict[str, Any]:
    """Half an hour, 11.3 kWh, 4.52 net with 0.68 of taxes."""
    return objects.cdr(**({"total_cost": price("4.52", QST, GST), "tariffs": [tariff()]} | changes))


def parking(**changes: Any) -> dict[str, Any]:
    """A roofed place for buses, 12 m long."""
    return {
        "id": "P1",
        "vehicle_types": ["BUS", "TRUCK_WITH_TRAILER"],
        "max_vehicle_length": 1200,
        "restricted_to_type": True,
        "reservation_required": False,
        "roofed": True,
    } | changes
