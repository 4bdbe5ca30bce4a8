"""Twenty partners over real HTTP, one slow and one that never answers: the other eighteen notice nothing (D7).

What is shown here is structure: who was called how often, what waited, what was turned away. How long the others take beside a
run without the two is a line of `roamgrid bench`.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from uuid import UUID

import pytest

from roamgrid.canonical.party import SourceId
from roamgrid.core.commands.errors import PartnerUnavailable
from roamgrid.ocpi.connections.journal import Journal
from roamgrid.ocpi.connections.model import Connection
from roamgrid.ocpi.connections.operations import overview
from roamgrid.ocpi.outbound.bulkhead import Limits
from roamgrid.ocpi.outbound.clients import ANY_ADDRESS, PartnerClients
from roamgrid.ocpi.outbound.errors import PartnerLeftAlone, PartnerOverloaded
from roamgrid.tenancy.database import Database
from tests.conftest import Brands
from tests.ocpi.outbound.partner import Answering, FakePartner, running_partner
from tests.ocpi.outbound.world import NOBODY, Link, connected, stranger

HEALTHY, EACH = 18, 20
LIMITS = Limits(concurrency=4, waiting=6, wait_s=60, per_second=1000, silence_s=3, failures=5, cool_down_s=3600)


@pytest.fixture(autouse=True)
def short_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Limits, "of", lambda _dialect: LIMITS)


@pytest.fixture
async def healthy() -> AsyncIterator[list[FakePartner]]:
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(running_partner()) for _ in range(HEALTHY)]


def connection(partner: FakePartner, number: int) -> Connection:
    return replace(stranger(partner), id=SourceId(UUID(int=number)), name=f"partner {number}")


async def called(clients: PartnerClients, to: Connection, url: str) -> str:
    """What became of one call."""
    try:
        await clients.of(to, NOBODY).send("POST", url, {})
    except PartnerUnavailable as error:
        return type(error).__name__
    return "ok"


async def test_eighteen_partners_do_not_notice_a_slow_one_and_a_black_hole(
    healthy: list[FakePartner], partner: FakePartner, blackhole: str, clients: PartnerClients
):
    slow = connection(partner, 19)
    hole = connection(FakePartner(url=blackhole), 20)
    partner.script["/commands"] = [Answering(200, wait_s=2)] * EACH
    slow_calls = [asyncio.create_task(called(clients, slow, f"{partner.url}/commands")) for _ in range(EACH)]
    hole_calls = [asyncio.create_task(called(clients, hole, f"{blackhole}/commands")) for _ in range(EACH)]
    others = [connection(one, number) for number, one in enumerate(healthy)]
    for _ in range(EACH):
        outcomes = await asyncio.gather(
            *(called(clients, to, f"{one.url}/commands") for to, one in zip(others, healthy, strict=True))
        )
        assert outcomes == ["ok"] * HEALTHY
    assert [len(one.asked) for one in healthy] == [EACH] * HEALTHY
    for to in others:
        bulkhead = clients.bulkhead(to.id)
        assert bulkhead is not None
        assert (bulkhead.most_busy, bulkhead.most_waiting, bulkhead.breaker.is_open) == (1, 1, False)

    let_in = LIMITS.concurrency + LIMITS.waiting
    slow_ends, hole_ends = Counter(await asyncio.gather(*slow_calls)), Counter(await asyncio.gather(*hole_calls))
    assert slow_ends == {"ok": let_in, PartnerOverloaded.__name__: EACH - let_in}
    assert len(partner.asked) == let_in
    assert hole_ends[PartnerOverloaded.__name__] == EACH - let_in
    assert LIMITS.failures <= hole_ends[PartnerUnavailable.__name__] <= let_in
    for to in (slow, hole):
        bulkhead = clients.bulkhead(to.id)
        assert bulkhead is not None
        assert (bulkhead.most_busy, bulkhead.most_waiting) == (LIMITS.concurrency, LIMITS.waiting)
        assert bulkhead.breaker.is_open == (to is hole)
    assert await called(clients, hole, f"{blackhole}/commands") == PartnerLeftAlone.__name__


async def test_what_one_process_learns_of_a_partner_all_can_see(
    database: Database, brands: Brands, partner: FakePartner, link: Link
):
    """The breaker's state and the counts are in the tables as soon as it opens, for the other processes and for people."""
    journal = Journal(database)
    clients = PartnerClients(ANY_ADDRESS, journal)
    quiet = await connected(database, brands.kilowind, partner)
    partner.script["/commands"] = [Answering(502)] * LIMITS.failures
    try:
        for _ in range(LIMITS.failures + 3):
            with pytest.raises(PartnerUnavailable):
                await clients.of(link.connection, link.ctx).send("POST", f"{partner.url}/commands", {})
    finally:
        await clients.close()
        await journal.close()
    async with database.work(link.ctx) as work:
        (state,) = await overview(work, link.connections)
        standing = await (await work.conn.execute("select source_id, reachable from source_standing")).fetchall()
    assert state.circuit is not None
    assert (state.circuit.open, state.circuit.failures, state.circuit.times_opened) == (True, LIMITS.failures, 1)
    assert state.circuit.reason.startswith("HTTP 502")
    rate = state.hour.outbound
    assert (rate.requests, rate.failed, rate.held_back, rate.error_share) == (LIMITS.failures + 3, LIMITS.failures, 3, 1.0)
    assert [(row["source_id"], row["reachable"]) for row in standing] == [(link.connection.id, False)]
    async with database.work(brands.kilowind) as work:
        (other,) = await overview(work, quiet.connections)
    assert (other.circuit, other.hour.outbound.requests) == (None, 0)
