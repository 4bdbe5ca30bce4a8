"""What happens once although it is asked for twice."""

from typing import Any

import pytest
import stripe

from tests.sandbox.psp_world import Psp, authorised

# The SDK hands httpx its form as text in `data=`, which httpx calls deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")


async def test_the_same_key_gives_the_same_intent_and_no_second_one(psp: Psp):
    client = psp.client()
    create = client.v1.payment_intents.create_async
    options: Any = {"idempotency_key": "session-1"}
    one = await create({"amount": 900, "currency": "eur"}, options)
    two = await create({"amount": 900, "currency": "eur"}, options)
    assert one.id == two.id
    assert two.last_response is not None
    assert two.last_response.headers["Idempotent-Replayed"] == "true"
    assert len((await client.v1.payment_intents.list_async()).data) == 1


async def test_the_same_key_with_another_amount_is_an_error(psp: Psp):
    create = psp.client().v1.payment_intents.create_async
    options: Any = {"idempotency_key": "session-1"}
    await create({"amount": 900, "currency": "eur"}, options)
    with pytest.raises(stripe.IdempotencyError):
        await create({"amount": 901, "currency": "eur"}, options)


async def test_a_decline_is_remembered_a_wrong_request_is_not(psp: Psp):
    client = psp.client()
    create = client.v1.payment_intents.create_async
    for key, method in (("declined", "pm_card_chargeDeclined"), ("wrong", "pm_nobody")):
        options: Any = {"idempotency_key": key}
        for _ in range(2):
            with pytest.raises((stripe.CardError, stripe.InvalidRequestError)):
                await create({"amount": 900, "currency": "eur", "payment_method": method, "confirm": True}, options)
    assert len((await client.v1.payment_intents.list_async()).data) == 1


async def test_a_lost_answer_is_found_again_by_the_key(psp: Psp):
    """The SDK retries with its own key; every charge happens once although half of the answers are lost."""
    await psp.control("knobs", error_rate=0.5)
    client = psp.client(retries=10)
    for amount in range(1000, 1006):
        await authorised(client, amount)
    await psp.control("knobs", error_rate=0)
    amounts = sorted(item.amount for item in (await client.v1.payment_intents.list_async()).data)
    assert amounts == list(range(1000, 1006))
