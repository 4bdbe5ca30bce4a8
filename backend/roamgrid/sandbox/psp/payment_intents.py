"""Payment intents: authorise now, capture what was used later.

requires_payment_method -> requires_confirmation -> requires_capture -> succeeded
                 ^____________ declined ____|    \\__ automatic capture __^
canceled from every state but succeeded
"""

from secrets import token_hex
from time import time
from typing import Any

from roamgrid.sandbox.psp.account import Account
from roamgrid.sandbox.psp.cards import CARDS, DECLINED_AMOUNTS, SMALLEST_CHARGE
from roamgrid.sandbox.psp.customers import payment_method
from roamgrid.sandbox.psp.errors import ApiError, declined, invalid
from roamgrid.sandbox.psp.params import Params

Json = dict[str, Any]
_UNCHANGED_BY_US = (
    "automatic_payment_methods",
    "expand",
    "off_session",
    "payment_method_options",
    "payment_method_types",
    "receipt_email",
    "return_url",
    "setup_future_usage",
    "statement_descriptor",
    "statement_descriptor_suffix",
)
_REASONS = ("duplicate", "fraudulent", "requested_by_customer", "abandoned")


def create_intent(account: Account, params: Params, _: dict[str, str]) -> Json:
    known = ("amount", "currency", "customer", "payment_method", "capture_method", "confirm", "description", "metadata")
    params.allow_only((*known, *_UNCHANGED_BY_US))
    amount, currency = _amount(params), params.required("currency").lower()
    if amount < SMALLEST_CHARGE.get(currency, 50):
        raise invalid("Amount is below the smallest possible charge.", param="amount", code="amount_too_small")
    customer = params.text("customer")
    if customer:
        account.get("customer", customer, param="customer")
    named = params.text("payment_method")
    method = _usable(account, named, customer) if named else None
    intent = account.add("payment_intent", "pi", _new(params, amount, currency, customer))
    intent["client_secret"] = f"{intent['id']}_secret_{token_hex(8)}"
    if method:
        intent |= {"payment_method": method["id"], "status": "requires_confirmation"}
    if params.flag("confirm"):
        _authorise(account, intent)
    return intent


def confirm_intent(account: Account, params: Params, path: dict[str, str]) -> Json:
    params.allow_only(("payment_method", *_UNCHANGED_BY_US))
    intent = account.get("payment_intent", path["id"])
    _expect(intent, "confirm", ("requires_payment_method", "requires_confirmation"))
    if named := params.text("payment_method"):
        intent["payment_method"] = _usable(account, named, intent["customer"])["id"]
    _authorise(account, intent)
    return intent


def capture_intent(account: Account, params: Params, path: dict[str, str]) -> Json:
    """Take at most what was authorised; the rest is released."""
    params.allow_only(("amount_to_capture", "final_capture", "metadata", "statement_descriptor_suffix", "expand"))
    intent = account.get("payment_intent", path["id"])
    _expect(intent, "capture", ("requires_capture",))
    amount = params.natural("amount_to_capture")
    amount = intent["amount_capturable"] if amount is None else amount
    if amount > intent["amount_capturable"]:
        message = f"The amount_to_capture ({amount}) is more than can be captured ({intent['amount_capturable']})."
        raise invalid(message, param="amount_to_capture", code="amount_too_large")
    if amount == 0:
        raise invalid("Nothing to capture: cancel instead.", param="amount_to_capture", code="amount_too_small")
    intent["metadata"] |= params.mapping("metadata")
    _take(account, intent, amount)
    return intent


def cancel_intent(account: Account, params: Params, path: dict[str, str]) -> Json:
    params.allow_only(("cancellation_reason", "expand"))
    intent = account.get("payment_intent", path["id"])
    _expect(intent, "cancel", ("requires_payment_method", "requires_confirmation", "requires_capture"))
    reason = params.choice("cancellation_reason", _REASONS)
    intent |= {"status": "canceled", "amount_capturable": 0, "cancellation_reason": reason, "canceled_at": int(time())}
    account.tell("payment_intent.canceled", intent)
    return intent


def retrieve_intent(account: Account, params: Params, path: dict[str, str]) -> Json:
    params.allow_only(("client_secret", "expand"))
    return account.get("payment_intent", path["id"])


def list_intents(account: Account, params: Params, _: dict[str, str]) -> Json:
    params.allow_only(("customer", "limit", "starting_after", "expand"))
    customer = params.text("customer")
    return account.page(
        "payment_intent",
        params,
        url="/v1/payment_intents",
        holds=lambda intent: customer is None or intent["customer"] == customer,
    )


def _new(params: Params, amount: int, currency: str, customer: str | None) -> Json:
    return {
        "amount": amount,
        "amount_capturable": 0,
        "amount_received": 0,
        "canceled_at": None,
        "cancellation_reason": None,
        "capture_method": params.choice("capture_method", ("automatic", "automatic_async", "manual"), default="automatic"),
        "currency": currency,
        "customer": customer,
        "description": params.text("description"),
        "last_payment_error": None,
        "latest_charge": None,
        "metadata": params.mapping("metadata"),
        "payment_method": None,
        "payment_method_types": params.items("payment_method_types") or ["card"],
        "status": "requires_payment_method",
    }


def _amount(params: Params) -> int:
    amount = params.natural("amount")
    if amount is None:
        raise invalid("Missing required param: amount.", param="amount", code="parameter_missing")
    return amount


def _usable(account: Account, name: str, customer: str | None) -> Json:
    method = payment_method(account, name)
    if method["customer"] not in (None, customer):
        message = "The payment method belongs to a customer: name the same customer."
        raise invalid(message, param="payment_method")
    return method


def _authorise(account: Account, intent: Json) -> None:
    if intent["payment_method"] is None:
        raise invalid("A payment method is needed to confirm.", param="payment_method", code="parameter_missing")
    method = account.get("payment_method", intent["payment_method"])
    decline = CARDS[method["metadata"]["test_card"]].charge or DECLINED_AMOUNTS.get(intent["amount"])
    charge = _charge(account, intent, decline)
    intent["latest_charge"] = charge["id"]
    if decline:
        raise _declined(account, intent, decline)
    intent["last_payment_error"] = None
    if intent["capture_method"] == "manual":
        intent |= {"status": "requires_capture", "amount_capturable": intent["amount"]}
        account.tell("payment_intent.amount_capturable_updated", intent)
    else:
        _take(account, intent, intent["amount"])


def _declined(account: Account, intent: Json, decline: str) -> ApiError:
    error = declined(decline)
    intent |= {"status": "requires_payment_method", "payment_method": None}
    intent["last_payment_error"] = error.as_json()["error"]
    account.tell("payment_intent.payment_failed", intent)
    return declined(decline, dict(intent))


def _charge(account: Account, intent: Json, decline: str | None) -> Json:
    copied = {name: intent[name] for name in ("amount", "currency", "customer", "description", "payment_method")}
    outcome = {
        "payment_intent": intent["id"],
        "metadata": dict(intent["metadata"]),
        "amount_captured": 0,
        "amount_refunded": 0,
        "captured": False,
        "failure_code": decline,
        "paid": decline is None,
        "refunded": False,
        "status": "failed" if decline else "succeeded",
    }
    return account.add("charge", "ch", copied | outcome)


def _take(account: Account, intent: Json, amount: int) -> None:
    charge = account.get("charge", intent["latest_charge"])
    charge |= {"captured": True, "amount_captured": amount}
    intent |= {"status": "succeeded", "amount_capturable": 0, "amount_received": amount}
    account.tell("charge.captured", charge)
    account.tell("payment_intent.succeeded", intent)


def _expect(intent: Json, action: str, statuses: tuple[str, ...]) -> None:
    if intent["status"] in statuses:
        return
    message = f"This PaymentIntent cannot be used to {action}: its status is {intent['status']}."
    error = invalid(message, code="payment_intent_unexpected_state")
    error.details["payment_intent"] = dict(intent)
    raise error
