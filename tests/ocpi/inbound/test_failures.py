"""Our own failures: said as 3000 on HTTP 5xx, never with a trace of what is inside."""

from collections.abc import AsyncIterator

import httpx
import psycopg
import pytest
from psycopg import OperationalError
from starlette.applications import Starlette
from starlette.routing import Mount

from roamgrid.kernel.clock import SystemClock
from roamgrid.kernel.errors import Unavailable
from roamgrid.ocpi.connections.journal import Unheard
from roamgrid.ocpi.connections.model import InterfaceRole
from roamgrid.ocpi.inbound.answer import Answer
from roamgrid.ocpi.inbound.gate import Gate
from roamgrid.ocpi.inbound.inbox import Inbox
from roamgrid.ocpi.inbound.limits import Limits
from roamgrid.ocpi.inbound.manners import Unobserved
from roamgrid.ocpi.inbound.module import Module
from roamgrid.ocpi.inbound.mounted import Mounted
from roamgrid.ocpi.inbound.recent import RecentCallers
from roamgrid.ocpi.inbound.request import Call
from roamgrid.ocpi.inbound.surface import Surface
from roamgrid.ocpi.inbound.versions import VersionDocuments
from roamgrid.tenancy.directory import Directory
from tests.conftest import Brands
from tests.ocpi.inbound.wire import OWNER, session
from tests.ocpi.inbound.world import BASE, Partner, World

FAILURES: dict[str, tuple[Exception, int]] = {
    "bug": (KeyError("secret-detail"), 500),
    "database": (OperationalError("secret-detail: connection refused"), 503),
    "partner": (Unavailable("the service rests"), 503),
}


async def _fail(call: Call) -> Answer:
    raise FAILURES[call.rest[0]][0]


@pytest.fixture
async def failing(world: World, brands: Brands) -> AsyncIterator[Partner]:
    """A partner of a surface with one module, which always fails."""
    modules = [Module("boom", InterfaceRole.SENDER, {("GET", 1): _fail})]
    gate = Gate(world.database, world.connections, RecentCallers())
    mounted = Mounted(modules)
    documents = VersionDocuments(BASE, mounted)
    surface = Surface(
        Directory(world.database),
        gate,
        Inbox(world.database),
        mounted,
        documents,
        Limits(),
        SystemClock(),
        Unheard(),
        Unobserved(),
    )
    transport = httpx.ASGITransport(app=Starlette(routes=[Mount("/ocpi", app=surface)]))
    async with httpx.AsyncClient(transport=transport, base_url=BASE) as http:
        known = await world.partner(brands.voltara)
        yield Partner(http, known.tenant, known.token, known.id)


@pytest.mark.parametrize("failure", FAILURES)
async def test_a_failure_of_ours_is_3000_without_a_trace(failing: Partner, failure: str):
    answer = await failing.call("GET", f"boom/{failure}", X_Request_ID="r-1")
    assert (answer.status_code, answer.json()["status_code"]) == (FAILURES[failure][1], 3000)
    assert "secret-detail" not in answer.text
    assert "Traceback" not in answer.text
    assert answer.headers["x-request-id"] == "r-1"


async def test_details_list_what_is_mounted_here(failing: Partner):
    answer = await failing.call("GET", "")
    assert answer.json()["data"]["endpoints"] == [
        {"identifier": "boom", "role": "SENDER", "url": f"{BASE}/ocpi/voltara/2.2.1/boom"}
    ]


@pytest.mark.parametrize("way", ["session", "authorize"])
async def test_a_hot_path_survives_the_loss_of_its_connections(
    world: World, brands: Brands, cpo: Partner, database_url: str, way: str
):
    async def once(kwh: int) -> int:
        if way == "authorize":
            return (await cpo.call("POST", "tokens/DEADBEEF/authorize")).json()["status_code"]
        pushed = session(kwh=kwh, last_updated=f"2026-06-01T13:0{kwh}:00Z")
        return (await cpo.call("PUT", f"sessions/{OWNER}/S1", pushed)).json()["status_code"]

    expected = 2004 if way == "authorize" else 1000
    assert [await once(1), await once(2)] == [expected] * 2
    with psycopg.connect(database_url, autocommit=True) as owner:
        owner.execute(
            """select pg_terminate_backend(pid) from pg_stat_activity
                where datname = current_database() and pid <> pg_backend_pid()"""
        )
    assert [await once(3), await once(4)] == [expected] * 2
    if way == "session":
        rows = await world.rows(brands.voltara, "select kwh::text from session")
        assert [row["kwh"] for row in rows] == ["4"]
