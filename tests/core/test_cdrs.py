"""A CDR is stored once, whatever is sent how often; what contradicts it is kept beside it."""

import asyncio
from collections.abc import Awaitable, Callable
from decimal import Decimal

import psycopg
import pytest

from roamgrid.canonical.party import SourceId
from roamgrid.canonical.session import Amount
from roamgrid.core.cdrs import service as cdrs
from roamgrid.core.cdrs.models import CdrReceipt, Outcome
from roamgrid.core.received import Received
from roamgrid.kernel.ids import new_id
from roamgrid.tenancy.database import Database
from tests.builders import OPERATOR, SOURCE, cdr, received
from tests.conftest import Brands
from tests.core.conftest import Announced

Events = Callable[[], Awaitable[list[Announced]]]


async def test_a_cdr_is_stored_word_for_word(database: Database, brands: Brands) -> None:
    sent = Received(cdr(), b'{"id": "CDR1",\n "x_unknown": 1.10}')
    async with database.work(brands.voltara) as work:
        receipt = await cdrs.receive(work, SOURCE, new_id(), sent)
        row = await cdrs.get(work, receipt.id)
        assert row is not None
        assert (row.cdr, row.raw, row.source) == (cdr(), sent.raw, SOURCE)
        assert await cdrs.verbatim(work, SOURCE, OPERATOR, "CDR1") == (sent.raw, None)
        assert await cdrs.verbatim_by_id(work, SOURCE, receipt.id) == (sent.raw, None)


async def test_the_same_cdr_twice_is_one_cdr_and_one_event(database: Database, brands: Brands, announced: Events) -> None:
    async with database.work(brands.voltara) as work:
        first = await cdrs.receive(work, SOURCE, new_id(), received(cdr()))
        second = await cdrs.receive(work, SOURCE, new_id(), received(cdr()))
    assert (first.outcome, second) == (Outcome.NEW, CdrReceipt(first.id, Outcome.SAME))
    assert [event.type for event in await announced()] == ["cdr.received.v1"]


@pytest.mark.parametrize(
    "body",
    [
        b'{"total":4.0,"id":"CDR1"}',
        b'{\n  "id": "CDR1",\n  "total": 4.00\n}',
        b'{"id":"CDR1","total":4}',
        b'{"id":"CDR1","total":40e-1}',
    ],
)
async def test_another_way_of_writing_the_same_is_the_same(database: Database, brands: Brands, body: bytes) -> None:
    async with database.work(brands.voltara) as work:
        await cdrs.receive(work, SOURCE, new_id(), Received(cdr(), b'{"id":"CDR1","total":4.0}'))
        again = await cdrs.receive(work, SOURCE, new_id(), Received(cdr(), body))
    assert again.outcome is Outcome.SAME


async def test_other_content_under_the_same_id_is_kept_and_announced_once(
    database: Database, brands: Brands, announced: Events
) -> None:
    other = cdr(total_cost=Amount(Decimal("40.00")))
    async with database.work(brands.voltara) as work:
        first = await cdrs.receive(work, SOURCE, new_id(), received(cdr()))
        for _ in range(2):
            assert await cdrs.receive(work, SOURCE, new_id(), received(other)) == CdrReceipt(first.id, Outcome.CONFLICT)
        row = await cdrs.get(work, first.id)
        assert row is not None
        assert row.cdr.total_cost.net == Decimal("4.00")
    events = [(event.type, event.aggregate, event.version) for event in await announced()]
    assert events == [("cdr.received.v1", f"cdr:{first.id}", 1), ("cdr.conflict.v1", f"cdr:{first.id}", 2)]


async def test_a_second_contradiction_has_a_higher_version(database: Database, brands: Brands, announced: Events) -> None:
    async with database.work(brands.voltara) as work:
        for net in ("4.00", "40.00", "400.00"):
            await cdrs.receive(work, SOURCE, new_id(), received(cdr(net=net)))
    assert [event.version for event in await announced()] == [1, 2, 3]


async def test_the_same_cdr_at_the_same_time_is_stored_once(database: Database, brands: Brands, announced: Events) -> None:
    async def send() -> CdrReceipt:
        async with database.work(brands.voltara) as work:
            return await cdrs.receive(work, SOURCE, new_id(), received(cdr()))

    receipts = await asyncio.gather(*(send() for _ in range(5)))
    assert sorted(receipt.outcome for receipt in receipts) == [Outcome.NEW, *[Outcome.SAME] * 4]
    assert len({receipt.id for receipt in receipts}) == 1
    assert len(await announced()) == 1


async def test_a_cdr_that_rolls_back_was_never_announced(database: Database, brands: Brands, announced: Events) -> None:
    with pytest.raises(ZeroDivisionError):
        async with database.work(brands.voltara) as work:
            await cdrs.receive(work, SOURCE, new_id(), received(cdr()))
            raise ZeroDivisionError
    assert await announced() == []


@pytest.mark.isolation
async def test_another_brand_or_source_reads_nothing(database: Database, brands: Brands) -> None:
    async with database.work(brands.voltara) as work:
        receipt = await cdrs.receive(work, SOURCE, new_id(), received(cdr()))
        assert await cdrs.verbatim_by_id(work, SourceId(new_id()), receipt.id) is None
    async with database.work(brands.kilowind) as work:
        assert await cdrs.get(work, receipt.id) is None
        assert await cdrs.verbatim(work, SOURCE, OPERATOR, "CDR1") is None
        again = await cdrs.receive(work, SOURCE, new_id(), received(cdr()))
    assert again.outcome is Outcome.NEW, "the other brand's CDR of the same name is another CDR"


@pytest.mark.parametrize("statement", ["delete from cdr", "delete from cdr_conflict", "update cdr_conflict set raw = ''"])
async def test_no_code_of_ours_can_make_a_cdr_disappear(database: Database, brands: Brands, statement: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        async with database.work(brands.voltara) as work:
            await work.conn.execute(statement)
