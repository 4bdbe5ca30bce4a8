"""One charge that its operator and a hub both tell of is one session and one bill (D9)."""

from dataclasses import replace
from decimal import Decimal
from itertools import permutations
from typing import Any
from uuid import UUID

import pytest

from roamgrid.canonical.cdr import Cdr
from roamgrid.canonical.party import PartyId, SourceId
from roamgrid.canonical.session import Amount, SessionStatus
from roamgrid.core.cdrs import service as cdrs
from roamgrid.core.cdrs.models import CdrReceipt, Outcome
from roamgrid.core.parties import standing
from roamgrid.core.parties.standing import SourceKind
from roamgrid.core.received import Received
from roamgrid.core.sessions import service as sessions
from roamgrid.core.sessions.models import SessionRow
from roamgrid.kernel import json
from roamgrid.kernel.ids import new_id
from roamgrid.settlement.settle.models import Reason, State
from tests import builders
from tests.builders import NOON, OPERATOR, SOURCE, cdr
from tests.settlement.world import World

HUB = SourceId(UUID("00000000-0000-7000-8000-0000000000ab"))
STRANGER = SourceId(UUID("00000000-0000-7000-8000-0000000000ac"))


@pytest.fixture
async def brand(voltara: World, kilowind: World) -> World:
    """Voltara hears of its charges from the operator and from a hub."""
    async with voltara.database.work(voltara.ctx) as work:
        await standing.note_kind(work, HUB, SourceKind.HUB)
    return voltara


async def told(world: World, source: SourceId, value: Cdr, *, as_written: str = "") -> CdrReceipt:
    """A channel posts a CDR; `as_written` makes its document another one with the same meaning."""
    raw = json.encode(value).encode()
    async with world.database.work(world.ctx) as work:
        return await cdrs.receive(work, source, new_id(), Received(value, raw.replace(b"{", b"{" + as_written.encode(), 1)))


async def reports(world: World, source: SourceId, minute: int, **changes: Any) -> SessionRow | None:
    """A channel pushes the session as it is at that minute, and what is known afterwards."""
    session = builders.session(last_updated=NOON.replace(minute=minute), **changes)
    async with world.database.work(world.ctx) as work:
        await sessions.put(work, source, session, b"{}")
        return await sessions.find(work, source, OPERATOR, "S1")


@pytest.mark.parametrize("first", [SOURCE, HUB], ids=["operator first", "hub first"])
async def test_a_cdr_that_comes_over_both_channels_is_billed_once(brand: World, kilowind: World, first: SourceId) -> None:
    await brand.grant()
    await kilowind.grant()
    second = HUB if first == SOURCE else SOURCE
    one = await told(brand, first, cdr())
    other = await told(brand, second, cdr(), as_written='"x_passed_on_by":"a hub",')
    assert (one.outcome, other) == (Outcome.NEW, CdrReceipt(one.id, Outcome.SAME))
    assert (await brand.settle(one.id)).state is State.BILLED
    assert [receipt.gross for receipt in await brand.receipts()] == [Decimal("5.26")]
    assert await brand.rows("select source_id from cdr_copy") == [{"source_id": second}], "the second copy is on record"
    assert await brand.rows("select 1 from cdr_conflict") == []
    assert len(await brand.events("cdr.received.v1")) == 1
    assert await kilowind.receipts() == []


async def test_each_channel_reads_back_what_it_sent(brand: World) -> None:
    receipt = await told(brand, SOURCE, cdr())
    await told(brand, HUB, cdr(), as_written='"x":1,')
    async with brand.database.work(brand.ctx) as work:
        mine = await cdrs.verbatim_by_id(work, SOURCE, receipt.id)
        theirs = await cdrs.verbatim(work, HUB, OPERATOR, "CDR1")
    assert mine is not None
    assert theirs is not None
    assert (b'"x":1' in mine.raw, b'"x":1' in theirs.raw) == (False, True)


async def test_another_price_over_the_other_channel_is_a_conflict_and_never_billed(brand: World) -> None:
    await brand.grant()
    first = await told(brand, SOURCE, cdr())
    assert await told(brand, HUB, cdr(total_cost=Amount(Decimal("4.10")))) == CdrReceipt(first.id, Outcome.CONFLICT)
    await brand.settle(first.id)
    assert len(await brand.receipts()) == 1
    assert len(await brand.rows("select 1 from cdr_conflict")) == 1


async def test_the_same_cdr_from_a_stranger_is_a_conflict(brand: World) -> None:
    await told(brand, SOURCE, cdr())
    assert (await told(brand, STRANGER, cdr())).outcome is Outcome.CONFLICT, "it is no hub and not this operator's platform"


async def test_the_other_channel_may_bill_what_was_started_over_this_one(brand: World) -> None:
    await brand.grant()
    receipt = await told(brand, HUB, cdr())
    settled = await brand.settle(receipt.id)
    assert (settled.state, settled.authorization_reference) == (State.BILLED, "REF1")


async def test_a_hub_bills_nothing_for_an_operator_that_was_not_asked(brand: World) -> None:
    await brand.grant()
    await brand.rows(
        f"""insert into command (id, kind, state, source_id, country_code, party_id, authorization_reference, requested_at,
                                 deadline, history)
            values (uuidv7(), 'START_SESSION', 'ACCEPTED', '{SOURCE}', 'NL', 'GRF', 'REF1', now(), now(), '{{}}')
            returning id"""
    )
    settled = await brand.settle((await told(brand, HUB, cdr(party=PartyId("NL", "EVL")))).id)
    assert (settled.state, settled.reason) == (State.ERROR, Reason.UNKNOWN_TOKEN)


REPORTS = (
    (SOURCE, 1, {"kwh": Decimal(2)}),
    (HUB, 2, {"kwh": Decimal(4)}),
    (SOURCE, 3, {"kwh": Decimal(9), "status": SessionStatus.COMPLETED}),
    (HUB, 3, {"kwh": Decimal(9), "status": SessionStatus.COMPLETED}),
)


@pytest.mark.parametrize("order", list(permutations(range(4))), ids=str)
async def test_a_session_over_both_channels_is_one_session_in_any_order(brand: World, order: tuple[int, ...]) -> None:
    for number in order:
        source, minute, changes = REPORTS[number]
        await reports(brand, source, minute, **changes)
    [row] = await brand.rows("select status, kwh from session")
    assert row == {"status": "COMPLETED", "kwh": Decimal(9)}


async def test_the_same_report_over_the_other_channel_tells_nothing_new(brand: World) -> None:
    first = await reports(brand, SOURCE, 1)
    assert await reports(brand, HUB, 1) == first, "found by the hub too, and not announced again"
    assert first is not None
    assert await reports(brand, STRANGER, 2) is None
    assert await reports(brand, SOURCE, 1) == replace(first, version=2), "its own channel may repeat itself"


async def test_a_card_session_over_both_channels_is_billed_once(brand: World) -> None:
    card = replace(cdr().token, uid="CARD1", type="RFID")
    driver = UUID("00000000-0000-7000-8000-0000000000d1")
    await brand.rows(
        f"""insert into token (uid, uid_key, type, country_code, party_id, contract_id, issuer, valid, whitelist, last_updated,
                               driver_id)
            values ('CARD1', 'card1', 'RFID', 'NL', 'VLT', 'NL-VLT-C2', 'Voltara', true, 'ALLOWED', now(), '{driver}')
            returning uid"""
    )
    await reports(brand, HUB, 1, token=card, authorization_reference=None)
    one = await told(brand, SOURCE, cdr(token=card, authorization_reference=None))
    await told(brand, HUB, cdr(token=card, authorization_reference=None), as_written='"x":1,')
    assert (await brand.settle(one.id)).state is State.BILLED, "by the session that only the hub reported"
    assert len(await brand.receipts()) == 1
