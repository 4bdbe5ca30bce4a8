"""Receipts are numbered without gaps and shown page by page, to their driver's brand only."""

import asyncio
from decimal import Decimal

import pytest

from roamgrid.kernel.ids import new_id
from roamgrid.settlement.receipts import repository
from roamgrid.settlement.receipts import service as receipts
from roamgrid.settlement.receipts.service import UnknownReceipt
from tests.builders import cdr
from tests.settlement.world import DRIVER, World


class Interrupted(Exception):
    """Something that made a transaction roll back."""


async def charges(world: World, count: int) -> None:
    for number in range(1, count + 1):
        await world.grant(f"R{number}")
        await world.charge(cdr(f"C{number}", session_id=f"S{number}", authorization_reference=f"R{number}"))


async def test_numbers_have_no_gaps_although_transactions_fail_and_overlap(voltara: World):
    async def issue(fails: bool) -> int | None:
        try:
            async with voltara.database.orm(voltara.ctx) as work:
                number = await repository.next_number(work, "R2026")
                if fails:
                    raise Interrupted
                return number
        except Interrupted:
            return None

    issued = await asyncio.gather(*(issue(fails=turn % 4 == 3) for turn in range(24)))
    assert sorted(number for number in issued if number is not None) == list(range(1, 19))


async def test_pages_of_receipts_newest_first(voltara: World):
    await charges(voltara, 3)
    async with voltara.database.orm(voltara.ctx) as work:
        first = await receipts.for_driver(work, DRIVER, 2)
        rest = await receipts.for_driver(work, DRIVER, 2, first[-1].id)
        assert await receipts.for_driver(work, new_id(), 2) == []
    assert [receipt.number[-6:] for receipt in [*first, *rest]] == ["000003", "000002", "000001"]


async def test_a_receipt_is_found_by_id_and_by_reference(voltara: World):
    await charges(voltara, 1)
    async with voltara.database.orm(voltara.ctx) as work:
        found = await receipts.by_reference(work, "R1")
        assert found is not None
        assert await receipts.get(work, found.id) == found
        assert await receipts.by_reference(work, "R2") is None
    assert sum((line.net for line in found.lines), Decimal(0)) == found.net


async def test_another_brands_receipt_is_not_found(voltara: World, kilowind: World):
    await charges(voltara, 1)
    (theirs,) = await voltara.receipts()
    async with kilowind.database.orm(kilowind.ctx) as work:
        with pytest.raises(UnknownReceipt):
            await receipts.get(work, theirs.id)
        with pytest.raises(UnknownReceipt):
            await receipts.for_driver(work, DRIVER, 10, theirs.id)
        assert await receipts.by_reference(work, "R1") is None
        assert await receipts.for_driver(work, DRIVER, 10) == []


async def test_every_brand_counts_for_itself(voltara: World, kilowind: World):
    await charges(voltara, 2)
    await charges(kilowind, 1)
    assert [receipt.number[-6:] for receipt in await kilowind.receipts()] == ["000001"]
