"""Whatever arrives, in whatever order and however often, with crashes in between: the money is the same and adds up."""

import asyncio
from datetime import timedelta
from decimal import Decimal
from random import Random

import pytest
from sqlalchemy.exc import IntegrityError

from roamgrid.canonical.cdr import Cdr
from roamgrid.settlement import checks
from roamgrid.settlement.settle.models import Disposition, Reason, State
from tests.builders import cdr
from tests.settlement.world import World

Outcomes = dict[str, tuple[State, str | None, Decimal | None]]


class Crash(Exception):
    """The process died before it could commit."""


def history(seed: int, charges: int = 12) -> list[Cdr]:
    """CDRs of as many charges: most of them right, some claiming too much, some without use, some of strangers."""
    dice = Random(seed)
    made = []
    for number in range(charges):
        kwh = Decimal(dice.randrange(1, 90_000)) / 1000
        fair = (kwh * Decimal("0.40")).quantize(Decimal("0.0001"))
        used, claimed, known = dice.choice([(kwh, fair, True)] * 3 + [(kwh, fair + 1, True), (0, 0, True), (kwh, fair, False)])
        reference = f"G{number}" if known else None
        names = {"session_id": f"S{number}", "authorization_reference": reference}
        made.append(cdr(f"C{number}", kwh=str(used), net=str(claimed), **names))
    return made


async def live_through(world: World, arrivals: list[Cdr], dice: Random) -> Outcomes:
    """Settle every CDR as it arrives; one in four attempts crashes and is made again; every third CDR comes twice."""
    for number in range(len(arrivals)):
        await world.grant(f"G{number}", plan="flat" if number % 3 == 0 else "ad-hoc")
    for record in [copy for arrival in arrivals for copy in [arrival] * dice.choice([1, 1, 2])]:
        received = await world.receive(record)
        while dice.random() < 0.25:
            with pytest.raises(Crash):
                async with world.database.orm(world.ctx) as work:
                    await world.settler.settle(work, received.id)
                    raise Crash
        await world.settle(received.id)
    rows = await world.rows(
        "select cdr_id, state, reason, gross"
        "  from disposition d join cdr c on c.id = d.cdr left join receipt r on r.id = d.receipt"
    )
    return {row["cdr_id"]: (State(row["state"]), row["reason"], row["gross"]) for row in rows}


async def breaches(world: World) -> list[str]:
    async with world.database.work(world.ctx) as work:
        return [check.name for check in await checks.verify(work, timedelta(seconds=-1)) if not check.ok]


@pytest.mark.parametrize("seed", range(4))
async def test_order_repetition_and_crashes_change_nothing(voltara: World, kilowind: World, seed: int):
    dice = Random(seed)
    arrivals = history(seed)
    shuffled = dice.sample(arrivals, len(arrivals))
    outcomes = await live_through(voltara, arrivals, dice)
    assert await live_through(kilowind, shuffled, dice) == outcomes
    assert len(outcomes) == len(arrivals)
    assert await breaches(voltara) == await breaches(kilowind) == []
    billed = [gross for state, _, gross in outcomes.values() if state is State.BILLED]
    assert all(gross is not None for gross in billed)
    owed = await voltara.rows("select coalesce(sum(amount), 0) as owed from posting where account = 'accounts_receivable'")
    assert owed[0]["owed"] == sum((gross for gross in billed if gross is not None), Decimal(0))


async def test_one_cdr_settled_by_many_workers_at_once_is_billed_once(voltara: World):
    await voltara.grant()
    received = await voltara.receive(cdr())
    settled = await asyncio.gather(*(voltara.settle(received.id) for _ in range(5)))
    assert len({disposition.receipt for disposition in settled}) == 1
    assert len(await voltara.receipts()) == 1


async def test_two_cdrs_of_one_charge_settled_at_once_are_one_bill(voltara: World):
    await voltara.grant()
    both = [(await voltara.receive(cdr(name))).id for name in ("A", "B")]
    first = await asyncio.gather(*(voltara.settle(one) for one in both), return_exceptions=True)
    again = [await voltara.settle(one) for one in both]
    assert all(isinstance(outcome, Disposition | IntegrityError) for outcome in first)
    assert sorted(outcome.state for outcome in again) == [State.BILLED, State.ERROR]
    assert [outcome.reason for outcome in again if outcome.state is State.ERROR] == [Reason.CHARGE_ALREADY_BILLED]
    assert await breaches(voltara) == []
