"""One partner may ask so much of a process at once, and is told when it asks more; the others notice nothing."""

import asyncio
from dataclasses import dataclass, field, replace

import httpx
import msgspec
import pytest
from starlette.applications import Starlette

from roamgrid.canonical.party import SourceId
from roamgrid.kernel.clock import SystemClock
from roamgrid.ocpi.connections.journal import Unheard
from roamgrid.ocpi.connections.traffic import Outcome, Way
from roamgrid.ocpi.inbound.gate import Gate
from roamgrid.ocpi.inbound.limits import Limits, TooManyCalls
from roamgrid.ocpi.inbound.recent import RecentCallers
from roamgrid.ocpi.inbound.request import Call, Request
from roamgrid.tenancy.context import TenantContext
from roamgrid.tenancy.database import Database
from tests.conftest import Brands
from tests.ocpi import objects
from tests.ocpi.inbound.world import BASE, Partner, World, open_world

SECOND = 1_000_000_000


@dataclass
class Watch:
    """A clock that a test turns."""

    now: int = 0

    def __call__(self) -> int:
        return self.now


async def called(world: World, partner: Partner, per_second: int) -> Call:
    """A call of that partner, whose dialect allows so much."""
    tenant = await world.directory.by_slug(partner.tenant)
    headers = {b"authorization": f"Token {partner.token}".encode()}
    request = Request(tenant, "GET", "/tokens", (), b"", headers, b"", SystemClock(), "2.2.1")
    call = await Gate(world.database, world.connections, RecentCallers()).admit(request)
    dialect = msgspec.structs.replace(call.adapter.dialect, inbound_per_second=per_second)
    return replace(call, adapter=replace(call.adapter, dialect=dialect))


async def test_a_rate_allows_two_seconds_at_once_and_then_says_when_to_come_again(world: World, cpo: Partner, other: Partner):
    watch = Watch()
    limits = Limits(now_ns=watch)
    call, neighbour = await called(world, cpo, 10), await called(world, other, 10)
    limits.know(call)
    for _ in range(20):
        with limits.call(call.request):
            pass
    with (
        pytest.raises(TooManyCalls, match="more than 10 calls a second") as refused,
        limits.call(call.request),
    ):
        pass
    assert refused.value.retry_after_s == 1
    assert limits.refused == {"voltara": 1}
    with limits.call(neighbour.request):
        pass
    watch.now += SECOND
    for _ in range(10):
        with limits.call(call.request):
            pass
    with pytest.raises(TooManyCalls), limits.call(call.request):
        pass


async def test_calls_under_way_are_limited_and_given_back(world: World, cpo: Partner):
    limits = Limits(at_once=1)
    request = (await called(world, cpo, 100)).request
    with limits.call(request), pytest.raises(TooManyCalls, match="more than 1 calls at once"), limits.call(request):
        pass
    with limits.call(request):
        pass


async def test_too_much_is_429_with_retry_after_in_an_envelope(database: Database, brands: Brands):
    """Five at once where two are allowed; afterwards all is as before."""
    limits = Limits(at_once=2)
    async with open_world(database, limits=limits) as world:
        greedy, modest = await world.partner(brands.voltara), await world.partner(brands.kilowind)
        *answers, neighbour = await asyncio.gather(
            *(greedy.call("GET", "tokens") for _ in range(5)), modest.call("GET", "tokens")
        )
        assert sorted(answer.status_code for answer in answers) == [200, 200, 429, 429, 429]
        assert neighbour.status_code == 200
        refused = next(answer for answer in answers if answer.status_code == 429)
        assert refused.headers["retry-after"] == "1"
        assert refused.json()["status_code"] == 2000
        assert refused.json()["status_message"] == "more than 2 calls at once; come again in 1 s"
        assert (await greedy.call("GET", "tokens")).status_code == 200
    assert limits.refused == {"voltara": 3}


async def test_calls_are_counted_on_their_partner(database, brands):
    async with open_world(database) as world:
        heard = Heard()
        counted = replace(world.inbound, heard=heard)
        partner = await world.partner(brands.voltara)
        transport = httpx.ASGITransport(app=Starlette(routes=counted.routes()))
        async with httpx.AsyncClient(transport=transport, base_url=BASE) as http:
            caller = replace(partner, http=http)
            await caller.call("PUT", "locations/NL/GRF/LOC1", objects.location())
            await caller.call("PUT", "locations/NL/GRF/LOC1", {})
            await replace(caller, token="nobody's").call("GET", "tokens")
    assert heard.noted == [
        (brands.voltara.tenant, partner.id, Way.INBOUND, Outcome.OK),
        (brands.voltara.tenant, partner.id, Way.INBOUND, Outcome.REFUSED),
    ]


@dataclass(slots=True)
class Heard(Unheard):
    """Remembers what was counted."""

    noted: list[tuple[str, SourceId, Way, Outcome]] = field(default_factory=list)

    def note(self, ctx: TenantContext, connection: SourceId, way: Way, outcome: Outcome, seconds: float) -> None:
        self.noted.append((ctx.tenant, connection, way, outcome))
