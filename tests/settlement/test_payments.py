"""Money is held before a charge, taken with the receipt, given back when nothing came of it."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from decimal import Decimal

import pytest

from roamgrid.bus.events import Delivery, Event
from roamgrid.bus.subscriptions import Subscriptions
from roamgrid.canonical.money import CurrencyCode, Money
from roamgrid.core.commands.states import CommandState
from roamgrid.kernel import json
from roamgrid.kernel.ids import new_id
from roamgrid.settlement import findings
from roamgrid.settlement.findings import FindingKind
from roamgrid.settlement.payments import repository
from roamgrid.settlement.payments import service as payments
from roamgrid.settlement.payments.errors import BadWebhookSignature, PaymentDeclined, PaymentProviderUnavailable
from roamgrid.settlement.payments.models import Payment, PaymentState
from roamgrid.settlement.payments.ports import Notice, ProviderPayment, ProviderState
from roamgrid.settlement.payments.webhooks import receive_webhook
from roamgrid.settlement.tasks import subscriptions
from roamgrid.tenancy.context import TenantContext
from tests.builders import NOON, SOURCE, cdr
from tests.settlement.fake_provider import FakeProvider
from tests.settlement.world import DRIVER, World

Handle = Callable[..., Awaitable[None]]


def eur(amount: str) -> Money:
    return Money(Decimal(amount), CurrencyCode("EUR"))


@pytest.fixture
def provider() -> FakeProvider:
    return FakeProvider()


@pytest.fixture
def handle(voltara: World, provider: FakeProvider) -> Handle:
    """Hand an event to one of the room's subscriptions, as the inbox does."""
    by_name = Subscriptions(subscriptions(voltara.database, provider, voltara.settler))

    async def run(name: str, **payload: str) -> None:
        subscription = by_name.named(f"settlement.{name}")
        delivery = Delivery(new_id(), voltara.ctx.tenant, Event(subscription.event, "x:1", 1, payload), NOON, None)
        if subscription.run_effect is not None:
            return await subscription.run_effect(voltara.ctx, delivery)
        assert subscription.run_handler is not None
        async with voltara.database.orm(voltara.ctx) as work:
            await subscription.run_handler(work, delivery)

    return run


async def hold(world: World, provider: FakeProvider, amount: str = "50", reference: str = "REF1") -> Payment:
    return await payments.hold(world.database, world.ctx, provider, reference, DRIVER, eur(amount))


async def payment(world: World, reference: str = "REF1") -> Payment | None:
    async with world.database.orm(world.ctx) as work:
        return await repository.find(work, reference)


async def bill(world: World) -> str:
    """A billed charge under REF1 (gross 5.26); its receipt."""
    await world.grant()
    settled = await world.charge(cdr())
    assert settled.receipt is not None
    return str(settled.receipt)


async def found(world: World, subject: str = "REF1") -> dict[str, dict[str, str]]:
    async with world.database.orm(world.ctx) as work:
        return {finding.kind: finding.detail for finding in await findings.of(work, subject)}


async def start_command(world: World, state: CommandState) -> str:
    """A start command under REF1 in that state; its id."""
    (row,) = await world.rows(
        f"""insert into command (id, kind, state, source_id, country_code, party_id, authorization_reference, requested_at,
                                 deadline, history)
            values (uuidv7(), 'START_SESSION', '{state}', '{SOURCE}', 'NL', 'GRF', 'REF1', now(), now(), array['{state}'])
            returning id"""
    )
    return str(row["id"])


async def test_a_hold_is_on_record_and_made_once(voltara: World, provider: FakeProvider):
    first = await hold(voltara, provider)
    assert (first.state, first.amount, first.captured, first.driver_id) == (PaymentState.HELD, eur("50"), eur("0"), DRIVER)
    assert await hold(voltara, provider) == first
    assert provider.calls == [f"voltara:driver:{DRIVER}:customer", "voltara:REF1:hold"]


async def test_a_declined_hold_is_recorded_and_raised_again(voltara: World, provider: FakeProvider):
    await hold(voltara, provider, reference="EARLIER")
    provider.declines = True
    for _ in range(2):
        with pytest.raises(PaymentDeclined, match="insufficient funds"):
            await hold(voltara, provider)
    declined = await payment(voltara)
    assert declined is not None
    assert (declined.state, declined.failure) == (PaymentState.FAILED, "insufficient funds")
    assert provider.calls.count("voltara:REF1:hold") == 1


async def test_a_hold_whose_answer_was_lost_is_the_same_hold_when_asked_again(voltara: World, provider: FakeProvider):
    provider.loses_answer = True
    with pytest.raises(PaymentProviderUnavailable):
        await hold(voltara, provider)
    provider.loses_answer = False
    assert (await hold(voltara, provider)).state is PaymentState.HELD
    assert len(provider.payments) == 1


async def test_the_receipt_is_captured_and_the_rest_released(voltara: World, provider: FakeProvider, handle: Handle):
    await hold(voltara, provider)
    receipt = await bill(voltara)
    for _ in range(2):
        await handle("capture", receipt=receipt)
    taken = await payment(voltara)
    assert taken is not None
    assert (taken.state, taken.captured) == (PaymentState.CAPTURED, eur("5.26"))
    assert await voltara.events("payment.captured.v1") == ['{"payment":"REF1"}']
    assert await found(voltara) == {}


async def test_the_books_follow_the_capture_once(voltara: World, provider: FakeProvider, handle: Handle):
    await hold(voltara, provider)
    await handle("capture", receipt=await bill(voltara))
    for _ in range(2):
        await handle("book_capture", payment="REF1")
    assert (await voltara.journal())["capture"] == [
        ("psp_clearing", Decimal("5.26")),
        ("accounts_receivable", Decimal("-5.26")),
    ]
    owed = await voltara.rows("select sum(amount) as open from posting where account = 'accounts_receivable'")
    assert owed[0]["open"] == 0


async def test_what_exceeds_the_hold_stays_open_and_is_found(voltara: World, provider: FakeProvider, handle: Handle):
    await hold(voltara, provider, "5")
    await handle("capture", receipt=await bill(voltara))
    taken = await payment(voltara)
    assert taken is not None
    assert taken.captured == eur("5")
    short = (await found(voltara))[FindingKind.CAPTURE_SHORT]
    assert (short["gross"], short["held"], short["open"]) == ("5.26", "5", "0.26")


async def test_a_refused_capture_is_found_and_the_driver_still_owes(voltara: World, provider: FakeProvider, handle: Handle):
    await hold(voltara, provider)
    receipt = await bill(voltara)
    provider.declines = True
    await handle("capture", receipt=receipt)
    assert (await found(voltara))[FindingKind.CAPTURE_FAILED]["open"] == "5.26"
    failed = await payment(voltara)
    assert failed is not None
    assert failed.state is PaymentState.FAILED
    assert "capture" not in await voltara.journal()


async def test_a_capture_waits_for_a_provider_that_is_down(voltara: World, provider: FakeProvider, handle: Handle):
    await hold(voltara, provider)
    receipt = await bill(voltara)
    provider.down = True
    with pytest.raises(PaymentProviderUnavailable):
        await handle("capture", receipt=receipt)
    provider.down = False
    await handle("capture", receipt=receipt)
    taken = await payment(voltara)
    assert taken is not None
    assert taken.state is PaymentState.CAPTURED


async def test_a_capture_whose_answer_was_lost_takes_the_money_once(voltara: World, provider: FakeProvider, handle: Handle):
    await hold(voltara, provider)
    receipt = await bill(voltara)
    provider.loses_answer = True
    with pytest.raises(PaymentProviderUnavailable):
        await handle("capture", receipt=receipt)
    provider.loses_answer = False
    await handle("capture", receipt=receipt)
    assert [theirs.captured for theirs in provider.payments.values()] == [eur("5.26")]
    assert len(await voltara.events("payment.captured.v1")) == 1


async def test_a_receipt_without_a_payment_is_simply_owed(voltara: World, provider: FakeProvider, handle: Handle):
    await handle("capture", receipt=await bill(voltara))
    assert provider.calls == []


async def test_a_start_that_came_to_nothing_gives_the_money_back(voltara: World, provider: FakeProvider, handle: Handle):
    await hold(voltara, provider)
    await handle("release_unstarted", command=await start_command(voltara, CommandState.FAILED))
    released = await payment(voltara)
    assert released is not None
    assert released.state is PaymentState.CANCELLED


@pytest.mark.parametrize(
    "state", [CommandState.ACCEPTED, CommandState.WAITING_FOR_PLUG, CommandState.CHARGING, CommandState.TIMED_OUT]
)
async def test_a_start_that_may_still_come_keeps_the_hold(
    voltara: World, provider: FakeProvider, handle: Handle, state: CommandState
):
    await hold(voltara, provider)
    await handle("release_unstarted", command=await start_command(voltara, state))
    kept = await payment(voltara)
    assert kept is not None
    assert kept.state is PaymentState.HELD


async def test_a_failed_start_with_a_session_keeps_the_hold(voltara: World, provider: FakeProvider, handle: Handle):
    await hold(voltara, provider)
    await voltara.session()
    await handle("release_unstarted", command=await start_command(voltara, CommandState.FAILED))
    kept = await payment(voltara)
    assert kept is not None
    assert kept.state is PaymentState.HELD


async def test_an_unbilled_charge_gives_the_money_back(voltara: World, provider: FakeProvider, handle: Handle):
    await hold(voltara, provider)
    await voltara.grant()
    await voltara.charge(cdr(net="9"))
    (payload,) = await voltara.events("cdr.settled.v1")
    await handle("release_unbilled", **json.loads(payload))
    released = await payment(voltara)
    assert released is not None
    assert released.state is PaymentState.CANCELLED


async def test_a_second_cdr_of_a_billed_charge_does_not_release_its_payment(
    voltara: World, provider: FakeProvider, handle: Handle
):
    await hold(voltara, provider)
    await bill(voltara)
    await voltara.charge(cdr("CDR2"))
    for payload in await voltara.events("cdr.settled.v1"):
        await handle("release_unbilled", **json.loads(payload))
    kept = await payment(voltara)
    assert kept is not None
    assert kept.state is PaymentState.HELD


async def test_money_held_for_a_charge_never_asked_for_is_given_back(voltara: World, provider: FakeProvider):
    await hold(voltara, provider, reference="HELD")
    provider.loses_answer = True
    with pytest.raises(PaymentProviderUnavailable):
        await hold(voltara, provider, reference="LOST")
    provider.loses_answer = False
    await hold(voltara, provider)
    await start_command(voltara, CommandState.ACCEPTED)
    now = timedelta(seconds=-1)
    assert await payments.release_abandoned(voltara.database, voltara.ctx, provider, timedelta(hours=1)) == 0
    assert await payments.release_abandoned(voltara.database, voltara.ctx, provider, now) == 2
    states = await voltara.rows("select reference, state from payment order by reference")
    assert [(row["reference"], row["state"]) for row in states] == [
        ("HELD", "cancelled"),
        ("LOST", "cancelled"),
        ("REF1", "held"),
    ]


async def test_money_held_for_a_start_that_timed_out_long_ago_is_given_back(voltara: World, provider: FakeProvider):
    await hold(voltara, provider)
    await start_command(voltara, CommandState.TIMED_OUT)
    assert await payments.release_abandoned(voltara.database, voltara.ctx, provider, timedelta(seconds=-1)) == 1


async def test_money_held_for_a_late_session_is_kept(voltara: World, provider: FakeProvider):
    await hold(voltara, provider)
    await start_command(voltara, CommandState.TIMED_OUT)
    await voltara.session()
    assert await payments.release_abandoned(voltara.database, voltara.ctx, provider, timedelta(seconds=-1)) == 0


async def test_a_provider_that_is_down_keeps_abandoned_money_for_the_next_round(voltara: World, provider: FakeProvider):
    await hold(voltara, provider)
    provider.down = True
    assert await payments.release_abandoned(voltara.database, voltara.ctx, provider, timedelta(seconds=-1)) == 0
    provider.down = False
    assert await payments.release_abandoned(voltara.database, voltara.ctx, provider, timedelta(seconds=-1)) == 1


async def test_the_same_reference_in_two_brands_is_two_payments(voltara: World, kilowind: World, provider: FakeProvider):
    await hold(voltara, provider)
    assert await payment(kilowind) is None
    await payments.release(kilowind.database, kilowind.ctx, provider, "REF1")
    await hold(kilowind, provider)
    assert sorted(provider.payments) == ["pi_kilowind_REF1", "pi_voltara_REF1"]
    kept = await payment(voltara)
    assert kept is not None
    assert kept.state is PaymentState.HELD


async def test_a_conflicting_cdr_is_a_finding_and_bills_nothing(voltara: World, handle: Handle):
    receipt = await bill(voltara)
    await voltara.receive(cdr(net="9"))
    (payload,) = await voltara.events("cdr.conflict.v1")
    conflict = json.loads(payload)
    for _ in range(2):
        await handle("note_conflict", **conflict)
    assert await found(voltara, conflict["conflict"]) == {FindingKind.CDR_CONFLICT: {"cdr": conflict["cdr"]}}
    assert [str(issued.id) for issued in await voltara.receipts()] == [receipt]


async def test_the_inbox_settles_what_the_cdr_store_announced(voltara: World, handle: Handle):
    await voltara.grant()
    received = await voltara.receive(cdr())
    for _ in range(2):
        await handle("settle_cdr", cdr=str(received.id))
    assert len(await voltara.receipts()) == 1


def webhook(tenant: str | None, state: ProviderState, captured: str = "0", event: str = "evt_1") -> bytes:
    """The body of a webhook about REF1's payment."""
    payment = ProviderPayment(f"pi_{tenant}_REF1", state, eur(captured))
    return json.encode(Notice(event, "payment_intent.test", tenant, "REF1", payment)).encode()


async def test_a_webhook_is_stored_once_and_brings_the_payment_to_its_state(
    voltara: World, kilowind: World, provider: FakeProvider, handle: Handle
):
    async def contexts(tenant: str) -> TenantContext:
        return {"voltara": voltara.ctx, "kilowind": kilowind.ctx}[tenant]

    await hold(voltara, provider)
    await hold(kilowind, provider)
    body = webhook("voltara", ProviderState.CAPTURED, "5.26")
    assert await receive_webhook(voltara.database, contexts, provider, body, "good") is True
    assert await receive_webhook(voltara.database, contexts, provider, body, "good") is False
    (payload,) = await voltara.events("provider.event.v1")
    for _ in range(2):
        await handle("apply_webhook", **json.loads(payload))
    taken, other = await payment(voltara), await payment(kilowind)
    assert taken is not None and other is not None
    assert (taken.state, taken.captured, other.state) == (PaymentState.CAPTURED, eur("5.26"), PaymentState.HELD)
    (stored,) = await voltara.rows("select raw, handled_at from provider_event")
    assert stored["raw"].encode() == body
    assert stored["handled_at"] is not None
    assert await kilowind.rows("select from provider_event") == []


async def test_late_news_of_a_webhook_changes_nothing(voltara: World, provider: FakeProvider, handle: Handle):
    async def contexts(tenant: str) -> TenantContext:
        return voltara.ctx

    await hold(voltara, provider)
    await handle("capture", receipt=await bill(voltara))
    for number, state in enumerate([ProviderState.CANCELLED, ProviderState.HELD]):
        await receive_webhook(voltara.database, contexts, provider, webhook("voltara", state, event=f"evt_{number}"), "good")
    for payload in await voltara.events("provider.event.v1"):
        await handle("apply_webhook", **json.loads(payload))
    taken = await payment(voltara)
    assert taken is not None
    assert taken.state is PaymentState.CAPTURED


async def test_a_webhook_that_nobody_signed_leaves_no_trace(voltara: World, provider: FakeProvider):
    async def contexts(tenant: str) -> TenantContext:
        return voltara.ctx

    with pytest.raises(BadWebhookSignature):
        await receive_webhook(voltara.database, contexts, provider, webhook("voltara", ProviderState.CAPTURED), None)
    assert await receive_webhook(voltara.database, contexts, provider, webhook(None, ProviderState.HELD), "good") is False
    assert await voltara.rows("select from provider_event") == []
