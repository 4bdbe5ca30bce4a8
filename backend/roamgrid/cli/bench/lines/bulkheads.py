"""Twenty partners, one slow and one that never answers: what that costs the other eighteen (D7)."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from time import perf_counter
from uuid import UUID

from roamgrid.canonical.party import SourceId
from roamgrid.cli.bench.figures import Better, Budget, Figure
from roamgrid.cli.bench.rounds import in_turns, median_ratio, middle
from roamgrid.cli.bench.stand import WARM_UP_S, NotAsExpected, Stand
from roamgrid.core.commands.errors import PartnerUnavailable
from roamgrid.ocpi.connections.model import Connection
from roamgrid.ocpi.outbound.clients import ANY_ADDRESS, PartnerClients
from roamgrid.tenancy.context import TenantContext

_HEALTHY = 18
_SLOW_S = 2.0
_APART_S = 0.05
"""Each partner is called twenty times a second, whatever became of the calls before."""
_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 20\r\n\r\n" + b'{"status_code":1000}'
_BUDGET = Budget(1.15, Better.LOWER)

Call = Callable[[], Coroutine[object, object, None]]


async def measure(stand: Stand) -> list[Figure]:
    """A process answers for the healthy ones; the other two are called at the same rate, or not at all."""
    brand = stand.brands[0]
    async with stand.ceiling("static") as answering, _peer(_SLOW_S) as slow, _peer(None) as hole:
        healthy = [(_partner(brand.connection, number), f"http://127.0.0.1:{answering.port}/x") for number in range(_HEALTHY)]
        troubled = [(_partner(brand.connection, 100), slow), (_partner(brand.connection, 101), hole)]
        await _p99_ms(brand.ctx, healthy, [], WARM_UP_S)
        ours, alone = await in_turns(
            stand.rounds,
            partial(_p99_ms, brand.ctx, healthy, troubled, stand.seconds),
            partial(_p99_ms, brand.ctx, healthy, [], stand.seconds),
        )
    return [
        Figure(
            name="bulkheads",
            what="calls to 18 healthy partners, 99 of 100, while a 19th takes 2 s and a 20th never answers",
            value=middle(ours, float),
            unit="ms",
            ceiling=middle(alone, float),
            ceiling_is="the same calls without the two",
            ratio=median_ratio(ours, alone),
            budget=_BUDGET,
        )
    ]


async def _p99_ms(
    ctx: TenantContext, healthy: list[tuple[Connection, str]], troubled: list[tuple[Connection, str]], seconds: float
) -> float:
    """Raises `NotAsExpected` when a healthy partner's call fails."""
    clients = PartnerClients(ANY_ADDRESS)
    took: list[float] = []
    failed: list[str] = []

    async def call(to: Connection, url: str) -> None:
        began = perf_counter()
        try:
            await clients.of(to, ctx).send("POST", url, {})
        except PartnerUnavailable as error:
            failed.append(error.message)
        took.append((perf_counter() - began) * 1000)

    async def call_and_forget(to: Connection, url: str) -> None:
        try:
            await clients.of(to, ctx).send("POST", url, {})
        except PartnerUnavailable:
            return

    other = [asyncio.create_task(_steadily(partial(call_and_forget, *one), seconds)) for one in troubled]
    await asyncio.gather(*(_steadily(partial(call, *one), seconds) for one in healthy))
    for task in other:
        task.cancel()
    await asyncio.gather(*other, return_exceptions=True)
    await clients.close()
    if failed:
        raise NotAsExpected(f"{len(failed)} calls to healthy partners failed: {failed[0]}")
    return sorted(took)[int(len(took) * 0.99)]


async def _steadily(call: Call, seconds: float) -> None:
    async with asyncio.TaskGroup() as group:
        end = perf_counter() + seconds
        while perf_counter() < end:
            group.create_task(call())
            await asyncio.sleep(_APART_S)


@asynccontextmanager
async def _peer(answer_after_s: float | None) -> AsyncIterator[str]:
    """A partner that answers each request late, or never."""
    gone = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while answer_after_s is not None and await reader.read(65_536) and not gone.is_set():
            await asyncio.sleep(answer_after_s)
            writer.write(_ANSWER)
        await gone.wait()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/x"
    finally:
        gone.set()
        server.close()


def _partner(known: Connection, number: int) -> Connection:
    return replace(known, id=SourceId(UUID(int=number)), name=f"partner {number}", their_token="token")
