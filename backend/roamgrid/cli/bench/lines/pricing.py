"""Pricing, one core: no ceiling but the clock."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import cycle, islice
from random import Random
from statistics import median
from time import perf_counter

from roamgrid.canonical.session import ChargingPeriod, Volume
from roamgrid.cli.bench.figures import Better, Budget, Figure
from roamgrid.cli.bench.rounds import in_turns
from roamgrid.cli.bench.stand import Stand
from roamgrid.ocpi import kinds
from roamgrid.ocpi.adapter import adapter_for
from roamgrid.ocpi.dialects.dialect import DEFAULT
from roamgrid.ocpi.wire.common.deviations import Refused
from roamgrid.pricing import CompiledTariff, Usage, compile_tariff, explain, rate

Case = tuple[CompiledTariff, Usage]

_CASES = 2_000
_BATCH = 100
_MONDAY = datetime(2026, 6, 1, tzinfo=UTC)
_BUDGET = Budget(15_000, Better.HIGHER, of_ratio=False)


async def measure(stand: Stand) -> list[Figure]:
    """Charges of two to six periods at any time of a week, by the tariffs of the feed, which are compiled once."""
    cases = corpus(stand.network.tariffs)

    async def explained() -> float:
        return await asyncio.to_thread(_per_second, _rate_and_explain, cases, stand.seconds)

    async def rated() -> float:
        return await asyncio.to_thread(_per_second, _rate, cases, stand.seconds)

    with_words, without = await in_turns(stand.rounds, explained, rated)
    return [
        Figure(
            name="pricing",
            what="charges rated and explained in words, one core",
            value=median(with_words),
            unit="CDRs/s",
            budget=_BUDGET,
            details={"rated_without_words_per_s": median(without)},
        )
    ]


def corpus(tariffs: Sequence[bytes], seed: int = 1) -> list[Case]:
    """The same cases for the same tariffs; those that cannot be read are left out."""
    random = Random(seed)
    return [(tariff, _usage(random)) for tariff in islice(cycle(_compiled(islice(tariffs, _CASES))), _CASES)]


def _compiled(tariffs: Iterable[bytes]) -> list[CompiledTariff]:
    adapter = adapter_for("2.2.1", DEFAULT)
    made = []
    for raw in tariffs:
        with suppress(Refused):
            made.append(compile_tariff(adapter.read(kinds.TARIFF, raw).value))
    return made


def _usage(random: Random) -> Usage:
    start = _MONDAY + timedelta(minutes=random.randrange(7 * 24 * 60))
    periods = random.randint(2, 6)
    charging = tuple(
        ChargingPeriod(
            start + timedelta(minutes=30 * number),
            (Volume("ENERGY", Decimal(random.randint(1000, 9000)) / 1000), Volume("TIME", Decimal("0.5"))),
        )
        for number in range(periods - 1)
    )
    parked = ChargingPeriod(start + timedelta(minutes=30 * (periods - 1)), (Volume("PARKING_TIME", Decimal("0.5")),))
    return Usage(start, start + timedelta(minutes=30 * periods), (*charging, parked), "Europe/Amsterdam")


def _rate_and_explain(case: Case) -> None:
    explain(rate(*case))


def _rate(case: Case) -> None:
    rate(*case)


def _per_second(work: Callable[[Case], None], cases: Sequence[Case], seconds: float) -> float:
    endless = cycle(cases)
    done, began = 0, perf_counter()
    while (passed := perf_counter() - began) < seconds:
        for case in islice(endless, _BATCH):
            work(case)
        done += _BATCH
    return done / passed
