"""Customers and the payment methods attached to them."""

from typing import Any

from roamgrid.sandbox.psp.account import Account
from roamgrid.sandbox.psp.cards import CARDS
from roamgrid.sandbox.psp.errors import declined, invalid
from roamgrid.sandbox.psp.params import Params

Json = dict[str, Any]


def create_customer(account: Account, params: Params, _: dict[str, str]) -> Json:
    params.allow_only(("email", "name", "phone", "description", "metadata", "preferred_locales", "expand"))
    named = {name: params.text(name) for name in ("email", "name", "phone", "description")}
    return account.add("customer", "cus", named | {"metadata": params.mapping("metadata"), "currency": None})


def retrieve_customer(account: Account, params: Params, path: dict[str, str]) -> Json:
    params.allow_only(("expand",))
    return account.get("customer", path["id"])


def attach_payment_method(account: Account, params: Params, path: dict[str, str]) -> Json:
    """A test card becomes this customer's own payment method, with an id of its own."""
    params.allow_only(("customer", "expand"))
    customer = account.get("customer", params.required("customer"), param="customer")
    method = payment_method(account, path["id"])
    if decline := CARDS[method["metadata"]["test_card"]].attach:
        raise declined(decline)
    if method["customer"] not in (None, customer["id"]):
        raise invalid("The payment method you provided has already been attached to a customer.")
    method["customer"] = customer["id"]
    account.tell("payment_method.attached", method)
    return method


def retrieve_payment_method(account: Account, params: Params, path: dict[str, str]) -> Json:
    params.allow_only(("expand",))
    return account.get("payment_method", path["id"])


def payment_method(account: Account, name: str) -> Json:
    """A stored payment method by id, or a fresh one for a test card's name. Raises ApiError 404."""
    card = CARDS.get(name)
    if card is None:
        return account.get("payment_method", name, param="payment_method")
    details = {"brand": card.brand, "last4": card.last4, "exp_month": 12, "exp_year": 2034, "country": "NL"}
    content = {"type": "card", "card": details, "customer": None, "metadata": {"test_card": name}}
    return account.add("payment_method", "pm", content)
