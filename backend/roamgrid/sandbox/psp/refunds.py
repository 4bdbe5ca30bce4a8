"""Giving captured money back, once or in parts."""

from typing import Any

from roamgrid.sandbox.psp.account import Account
from roamgrid.sandbox.psp.errors import invalid
from roamgrid.sandbox.psp.params import Params

Json = dict[str, Any]
_REASONS = ("duplicate", "fraudulent", "requested_by_customer")


def create_refund(account: Account, params: Params, _: dict[str, str]) -> Json:
    """Refund a payment intent or a charge, everything that is left by default."""
    params.allow_only(("payment_intent", "charge", "amount", "reason", "metadata", "expand"))
    charge = _charge(account, params)
    left = charge["amount_captured"] - charge["amount_refunded"]
    amount = params.natural("amount")
    amount = left if amount is None else amount
    if not charge["captured"]:
        raise invalid("This charge has not been captured: cancel it instead.", param="payment_intent")
    if left == 0:
        raise invalid("The charge has already been refunded.", code="charge_already_refunded")
    if not 0 < amount <= left:
        raise invalid(f"Refund amount ({amount}) is not within what is left ({left}).", param="amount")
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount_captured"]
    refund = account.add(
        "refund",
        "re",
        {
            "amount": amount,
            "charge": charge["id"],
            "currency": charge["currency"],
            "metadata": params.mapping("metadata"),
            "payment_intent": charge["payment_intent"],
            "reason": params.choice("reason", _REASONS),
            "status": "succeeded",
        },
    )
    account.tell("charge.refunded", charge)
    return refund


def retrieve_refund(account: Account, params: Params, path: dict[str, str]) -> Json:
    params.allow_only(("expand",))
    return account.get("refund", path["id"])


def retrieve_charge(account: Account, params: Params, path: dict[str, str]) -> Json:
    params.allow_only(("expand",))
    return account.get("charge", path["id"])


def _charge(account: Account, params: Params) -> Json:
    if charge_id := params.text("charge"):
        return account.get("charge", charge_id, param="charge")
    intent = account.get("payment_intent", params.required("payment_intent"), param="payment_intent")
    if intent["latest_charge"] is None:
        raise invalid("This PaymentIntent has no charge to refund.", param="payment_intent")
    return account.get("charge", intent["latest_charge"])
