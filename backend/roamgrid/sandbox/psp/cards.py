"""The test cards this provider knows, by the names of their test payment methods."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TestCard:
    """`attach` and `charge` hold the decline code, or None where that works."""

    brand: str
    last4: str
    attach: str | None = None
    charge: str | None = None


CARDS = {
    "pm_card_visa": TestCard("visa", "4242"),
    "pm_card_mastercard": TestCard("mastercard", "4444"),
    "pm_card_amex": TestCard("amex", "8431"),
    "pm_card_chargeDeclined": TestCard("visa", "0002", "generic_decline", "generic_decline"),
    "pm_card_chargeDeclinedInsufficientFunds": TestCard("visa", "9995", "insufficient_funds", "insufficient_funds"),
    "pm_card_chargeDeclinedExpiredCard": TestCard("visa", "0069", "expired_card", "expired_card"),
    "pm_card_chargeCustomerFail": TestCard("visa", "0341", charge="generic_decline"),
}

DECLINED_AMOUNTS = {40200: "generic_decline", 40251: "insufficient_funds"}
"""Authorisations of exactly these amounts are declined on every card (ours, not the real provider's)."""

SMALLEST_CHARGE = {"eur": 50, "usd": 50, "gbp": 30, "pln": 200}
"""The least that can be charged, in the currency's smallest unit; 50 elsewhere."""
