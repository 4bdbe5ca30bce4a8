"""Partners of both brands: sandbox processes that a test starts, registers, turns and kills."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

import httpx

from roamgrid.app import Platform
from roamgrid.cli.demo.world import World
from roamgrid.cli.processes import Process, Processes, free_port, wait_until_answers
from roamgrid.kernel.json import dumps, loads
from roamgrid.ocpi.connections.model import AsRole, Connection
from roamgrid.tenancy.context import TenantContext
from tests.e2e.networks import Network

T = TypeVar("T")

BRANDS = ("voltara", "kilowind")
_PATIENCE = timedelta(minutes=1)
SPEED = ("--speed", "240", "--tick", "0.3")


@dataclass(frozen=True, slots=True)
class Partner:
    """A process with a control desk."""

    process: Process
    url: str

    async def control(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """GET without a body, POST with one; the answer, which must be a success. Numbers are exact."""
        async with httpx.AsyncClient(timeout=60) as client:
            content = None if body is None else dumps(body)
            answer = await client.request("GET" if body is None else "POST", f"{self.url}/_control{path}", content=content)
        assert answer.status_code == 200, answer.text
        return loads(answer.content)

    def kill(self) -> None:
        """At once, without a word to anybody."""
        self.process.popen.kill()
        self.process.popen.wait()


@dataclass(frozen=True, slots=True)
class Partners:
    """Starts partners that end with the test module."""

    processes: Processes
    folder: Path

    def cpo(self, network: Network, *options: str) -> Partner:
        """An operator of one network."""
        locations, tariffs = network.files(self.folder)
        files = ("--locations", str(locations), "--tariffs", str(tariffs))
        return self._start(f"cpo-{network.party_id}", "cpo", *files, *SPEED, *options)

    def hub(self, network: Network, *options: str) -> Partner:
        """A hub that passes on the same network under ids of its own."""
        locations, tariffs = network.files(self.folder)
        files = ("--mirror-of", str(locations), "--tariffs", str(tariffs))
        return self._start(f"hub-{network.party_id}", "hub", *files, *SPEED, *options)

    def emsp(self, party: str, *options: str) -> Partner:
        """A service provider, such as `BE*RMR`."""
        return self._start(f"emsp-{party}", "emsp", "--party", party, *options)

    def _start(self, name: str, kind: str, *options: str) -> Partner:
        port = free_port()
        process = self.processes.start(name, "sandbox", kind, "--port", str(port), *options, env={})
        return Partner(process, f"http://127.0.0.1:{port}")


@contextmanager
def partners(folder: Path) -> Iterator[Partners]:
    """Whatever is started within ends with it."""
    processes = Processes(folder / "logs")
    try:
        yield Partners(processes, folder)
    finally:
        processes.stop()


def ready(*started: Partner) -> None:
    """Wait until they answer: they start at the same time."""
    for partner in started:
        wait_until_answers(partner.process, f"{partner.url}/_control/state")


@asynccontextmanager
async def operations(made: World) -> AsyncIterator[Platform]:
    """What an operator of the platform does on its command line, beside the processes that run."""
    async with Platform(made.settings, made.urls) as platform:
        yield platform


async def context(platform: Platform, brand: str) -> TenantContext:
    return (await platform.directory.by_slug(brand)).context(actor="test")


async def register(
    platform: Platform,
    brand: str,
    partner: Partner,
    name: str,
    *,
    version: str | None = None,
    as_role: AsRole = AsRole.EMSP,
    back_end: bool = False,
) -> Connection:
    """Voltara is invited, all others invite: both directions of the handshake happen."""
    ctx = await context(platform, brand)
    if brand == "voltara":
        offered = await partner.control("/invite", {})
        return await platform.handshake.register(
            ctx, name, offered["versions_url"], offered["token"], version=version, as_role=as_role, back_end=back_end
        )
    invitation = await platform.handshake.invite(ctx, name, version=version, as_role=as_role, back_end=back_end)
    await partner.control("/register", {"versions_url": invitation.versions_url, "token": invitation.token})
    return await known(platform, brand, name)


async def known(platform: Platform, brand: str, name: str) -> Connection:
    """The connection of that name, as it is now."""
    async with platform.database.work(await context(platform, brand)) as work:
        return next(one for one in await platform.connections.all(work) if one.name == name)


async def pull(platform: Platform, brand: str, connection: Connection) -> dict[str, str | None]:
    """Everything that the partner has; the error of each module."""
    report = await platform.pull.sync(await context(platform, brand), connection, full=True, patience=_PATIENCE)
    return {module.module: module.error for module in report.modules}


async def join(
    made: World, partner: Partner, name: str, *brands: str, version: str | None = None, back_end: bool = False
) -> None:
    """Both brands registered (or those that are named), and the network pulled."""
    async with operations(made) as platform:
        for brand in brands or BRANDS:
            connection = await register(platform, brand, partner, name, version=version, back_end=back_end)
            errors = {module: error for module, error in (await pull(platform, brand, connection)).items() if error}
            assert errors == {}


def side_of(state: Any, party_id: str) -> str:
    """The partner's own name of its connection to the brand with that party."""
    return next(str(one["id"]) for one in state["connections"] if any(role["party_id"] == party_id for role in one["roles"]))


async def cdrs(partner: Partner) -> dict[str, Any]:
    """What the partner has billed, by id."""
    return {one["id"]: one for one in (await partner.control("/state"))["cdrs"]}


def net(cdr: Any) -> Decimal:
    """What a CDR claims, as the sandbox keeps it."""
    return Decimal(cdr["total_cost"]["excl_vat"])


async def eventually(ask: Callable[[], Awaitable[T]], *, seconds: int = 40) -> T:
    """Ask until the answer is something; a test that waits in vain fails with TimeoutError."""
    async with asyncio.timeout(seconds):
        for _ in range(seconds * 10):
            if answer := await ask():
                return answer
            await asyncio.sleep(0.1)
        raise TimeoutError
