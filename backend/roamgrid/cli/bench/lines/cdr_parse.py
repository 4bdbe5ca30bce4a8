"""One CDR from its bytes to its canonical value, in every version: what it costs one core, whoever else keeps it busy."""

import asyncio
from statistics import median
from time import thread_time

from roamgrid.canonical.party import PartyId
from roamgrid.cli.bench.bodies import cdr
from roamgrid.cli.bench.figures import Better, Budget, Figure
from roamgrid.cli.bench.network import COUNTRY
from roamgrid.cli.bench.stand import Stand
from roamgrid.cli.bench.world import PARTNER
from roamgrid.kernel import json
from roamgrid.ocpi import kinds
from roamgrid.ocpi.adapter import Adapter, adapter_for
from roamgrid.ocpi.carry.convert import convert
from roamgrid.ocpi.dialects.dialect import DEFAULT
from roamgrid.ocpi.versions import SPEECHES

_OPERATOR = PartyId(COUNTRY, PARTNER)
_BATCH = 100
_BUDGET = Budget(150, Better.LOWER, of_ratio=False)


async def measure(stand: Stand) -> list[Figure]:
    """The slowest version is the figure; all of them are in the details. The versions take turns."""
    source = adapter_for("2.2.1", DEFAULT)
    body = json.dumps(cdr(stand.brands[0], "CDR1"))
    adapters = [adapter_for(version, DEFAULT) for version in SPEECHES]
    bodies = [json.dumps(convert(kinds.CDR, body, source, adapter).document) for adapter in adapters]
    samples: dict[str, list[float]] = {adapter.version: [] for adapter in adapters}
    for _ in range(stand.rounds):
        for adapter, raw in zip(adapters, bodies, strict=True):
            took = await asyncio.to_thread(_microseconds, adapter, raw, stand.seconds / len(adapters))
            samples[adapter.version].append(took)
    medians = {version: median(taken) for version, taken in samples.items()}
    return [
        Figure(
            name="cdr-parse",
            what="a CDR with its tariff, read and mapped: the slowest version",
            value=max(medians.values()),
            unit="us",
            budget=_BUDGET,
            details={f"{version}_us": taken for version, taken in medians.items()},
        )
    ]


def _microseconds(adapter: Adapter, raw: bytes, seconds: float) -> float:
    done, began = 0, thread_time()
    while (passed := thread_time() - began) < seconds:
        for _ in range(_BATCH):
            adapter.read(kinds.CDR, raw, _OPERATOR)
        done += _BATCH
    return passed / done * 1e6
