"""Card payments, driven by the official SDK over HTTP."""

import asyncio
from typing import Any

import pytest
import stripe

from tests.sandbox.psp_world import Psp, authorised

# The SDK hands httpx its form as text in `data=`, which httpx calls deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")


async def test_authorise_then_capture_what_was_used(psp: Psp):
    client = psp.client()
    intent = await authorised(client, metadata={"session": "s-1"})
    assert (intent.status, intent.amount_capturable, intent.amount_received) == ("requires_capture", 5000, 0)

    captured = await client.v1.payment_intents.capture_async(intent.id, {"amount_to_capture": 542})
    assert (captured.status, captured.amount_capturable, captured.amount_received) == ("succeeded", 0, 542)
    found = await client.v1.payment_intents.retrieve_async(intent.id, {"expand": ["latest_charge"]})
    assert isinstance(found.latest_charge, stripe.Charge)
    assert (found.latest_charge.amount_captured, found.metadata["session"]) == (542, "s-1")


async def test_no_more_than_authorised_can_be_captured(psp: Psp):
    client = psp.client()
    intent = await authorised(client)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        await client.v1.payment_intents.capture_async(intent.id, {"amount_to_capture": 5001})
    assert (refused.value.code, refused.value.param) == ("amount_too_large", "amount_to_capture")
    assert (await client.v1.payment_intents.retrieve_async(intent.id)).status == "requires_capture"


async def test_step_by_step_with_a_customers_own_card(psp: Psp):
    client = psp.client()
    customer = await client.v1.customers.create_async({"email": "driver@example.org", "metadata": {"driver": "d-1"}})
    method = await client.v1.payment_methods.attach_async("pm_card_visa", {"customer": customer.id})
    assert (method.customer, method.card.last4 if method.card else "") == (customer.id, "4242")

    intents = client.v1.payment_intents
    intent = await intents.create_async(
        {"amount": 2500, "currency": "eur", "customer": customer.id, "capture_method": "manual"}
    )
    assert intent.status == "requires_payment_method"
    confirmed = await intents.confirm_async(intent.id, {"payment_method": method.id})
    assert confirmed.status == "requires_capture"
    assert [item.id for item in (await intents.list_async({"customer": customer.id})).data] == [intent.id]
    with pytest.raises(stripe.InvalidRequestError):
        await authorised(client, payment_method=method.id)


async def test_a_created_intent_waits_for_its_confirmation(psp: Psp):
    intent = await authorised(psp.client(), confirm=False)
    assert (intent.status, intent.latest_charge) == ("requires_confirmation", None)


@pytest.mark.parametrize(
    ("params", "code", "decline"),
    [
        ({"payment_method": "pm_card_chargeDeclined"}, "card_declined", "generic_decline"),
        ({"payment_method": "pm_card_chargeDeclinedInsufficientFunds"}, "card_declined", "insufficient_funds"),
        ({"payment_method": "pm_card_chargeDeclinedExpiredCard"}, "expired_card", "expired_card"),
        ({"amount": 40251}, "card_declined", "insufficient_funds"),
    ],
)
async def test_a_declined_card_leaves_the_intent_without_payment_method(psp: Psp, params, code: str, decline: str):
    client = psp.client()
    with pytest.raises(stripe.CardError) as declined:
        await authorised(client, **params)
    body: Any = declined.value.json_body
    error = body["error"]
    assert (declined.value.code, error["decline_code"]) == (code, decline)
    left = await client.v1.payment_intents.retrieve_async(error["payment_intent"]["id"])
    assert (left.status, left.payment_method) == ("requires_payment_method", None)


async def test_after_a_decline_another_card_may_be_tried(psp: Psp):
    client = psp.client()
    with pytest.raises(stripe.CardError):
        await authorised(client, payment_method="pm_card_chargeDeclined")
    left = (await client.v1.payment_intents.list_async()).data[0]
    again = await client.v1.payment_intents.confirm_async(left.id, {"payment_method": "pm_card_visa"})
    assert (again.status, again.last_payment_error) == ("requires_capture", None)


async def test_a_card_may_be_kept_and_still_fail_later(psp: Psp):
    client = psp.client()
    customer = await client.v1.customers.create_async()
    with pytest.raises(stripe.CardError):
        await client.v1.payment_methods.attach_async("pm_card_chargeDeclined", {"customer": customer.id})
    method = await client.v1.payment_methods.attach_async("pm_card_chargeCustomerFail", {"customer": customer.id})
    with pytest.raises(stripe.CardError):
        await authorised(client, customer=customer.id, payment_method=method.id)


async def test_a_released_authorisation_cannot_be_captured(psp: Psp):
    client = psp.client()
    intent = await authorised(client)
    canceled = await client.v1.payment_intents.cancel_async(intent.id, {"cancellation_reason": "abandoned"})
    assert (canceled.status, canceled.amount_capturable) == ("canceled", 0)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        await client.v1.payment_intents.capture_async(intent.id)
    assert refused.value.code == "payment_intent_unexpected_state"


async def test_refunds_up_to_what_was_captured(psp: Psp):
    client = psp.client()
    intent = await authorised(client)
    await client.v1.payment_intents.capture_async(intent.id, {"amount_to_capture": 1000})
    first = await client.v1.refunds.create_async({"payment_intent": intent.id, "amount": 400})
    rest = await client.v1.refunds.create_async({"payment_intent": intent.id})
    assert (first.amount, rest.amount, rest.status) == (400, 600, "succeeded")
    with pytest.raises(stripe.InvalidRequestError) as refused:
        await client.v1.refunds.create_async({"payment_intent": intent.id})
    assert refused.value.code == "charge_already_refunded"


async def test_what_is_not_captured_cannot_be_refunded(psp: Psp):
    client = psp.client()
    intent = await authorised(client)
    with pytest.raises(stripe.InvalidRequestError):
        await client.v1.refunds.create_async({"payment_intent": intent.id, "amount": 100})


async def test_accounts_do_not_see_each_other(psp: Psp):
    mine = await authorised(psp.client("sk_test_voltara"))
    other = psp.client("sk_test_otherbrand")
    with pytest.raises(stripe.InvalidRequestError) as missing:
        await other.v1.payment_intents.retrieve_async(mine.id)
    assert (missing.value.http_status, missing.value.code) == (404, "resource_missing")
    assert (await other.v1.payment_intents.list_async()).data == []


@pytest.mark.parametrize("key", ["sk_live_123", "nonsense"])
async def test_only_test_keys_open_the_door(psp: Psp, key: str):
    with pytest.raises(stripe.AuthenticationError):
        await psp.client(key).v1.payment_intents.list_async()


@pytest.mark.parametrize(
    ("params", "code", "param"),
    [
        ({"currency": "eur"}, "parameter_missing", "amount"),
        ({"amount": 900}, "parameter_missing", "currency"),
        ({"amount": "a lot", "currency": "eur"}, "parameter_invalid_integer", "amount"),
        ({"amount": 49, "currency": "eur"}, "amount_too_small", "amount"),
        ({"amount": 900, "currency": "eur", "transfer_data": {"destination": "x"}}, "parameter_unknown", "transfer_data"),
        ({"amount": 900, "currency": "eur", "customer": "cus_none"}, "resource_missing", "customer"),
    ],
)
async def test_a_wrong_parameter_is_named(psp: Psp, params: Any, code: str, param: str):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        await psp.client().v1.payment_intents.create_async(params)
    assert (refused.value.code, refused.value.param) == (code, param)


async def test_lists_have_pages(psp: Psp):
    client = psp.client()
    made = [(await authorised(client, 1000 + number)).id for number in range(5)]
    first = await client.v1.payment_intents.list_async({"limit": 2})
    assert (first.has_more, [item.id for item in first.data]) == (True, made[:2:-1])
    everything = [item.id async for item in first.auto_paging_iter()]
    assert everything == made[::-1]


async def test_the_synchronous_sdk_works_as_well(psp: Psp):
    def pay() -> str:
        http = stripe.RequestsClient()
        client = stripe.StripeClient("sk_test_sync", base_addresses={"api": psp.url}, http_client=http)
        intent = client.v1.payment_intents.create({"amount": 900, "currency": "eur", "payment_method": "pm_card_visa"})
        status = client.v1.payment_intents.confirm(intent.id).status
        http.close()
        return status

    assert await asyncio.to_thread(pay) == "succeeded"


async def test_the_state_shows_objects_but_no_secrets(psp: Psp):
    intent = await authorised(psp.client())
    await psp.control("webhooks", url="http://127.0.0.1:1/hooks", secret="whsec_of_the_test", api_key="sk_test_voltara")
    state = await psp.state()
    assert [item["id"] for item in state["accounts"][0]["payment_intents"]] == [intent.id]
    assert "whsec_of_the_test" not in str(state) and "sk_test_voltara" not in str(state)
