"""The demo's world: servers, two brands, an operator, a hub beside it, a payment provider, the API and a worker."""

import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from roamgrid.cli.environment import migrated_services
from roamgrid.cli.output import console
from roamgrid.cli.processes import Process, Processes, free_port, port_is_free, wait_until_answers
from roamgrid.cli.tenant import apply_declarations, declarations
from roamgrid.kernel.embedded import ServiceUrls, find_running
from roamgrid.kernel.errors import Conflict
from roamgrid.kernel.settings import Settings
from roamgrid.tenancy.declaration import TenantDeclaration

_PSP_KEY = "sk_test_roamgrid_demo"
_MIRROR = ("--mirror-of", "bundled", "--markup-percent", "10")


class DemoRuns(Conflict):
    """Another demo owns the demo's data folder."""

    code = "DEMO_RUNS"
    hint = "Use the one that runs, or stop it first (Ctrl-C in its terminal)."


@dataclass(frozen=True, slots=True)
class Dump:
    """The operator's network: what it serves first, and what changes later. None: the bundled network."""

    locations: Path | None = None
    tariffs: Path | None = None
    locations_delta: Path | None = None
    tariffs_delta: Path | None = None
    removed: Path | None = None

    @property
    def changes(self) -> bool:
        return any((self.locations_delta, self.tariffs_delta, self.removed))


@dataclass(frozen=True, slots=True)
class World:
    """Where everything is. `hub_url` None: there is none."""

    settings: Settings
    urls: ServiceUrls
    brands: list[TenantDeclaration]
    operator_url: str
    provider_url: str
    processes: Processes
    hub_url: str | None = None

    def operator(self, path: str, body: dict[str, object] | None = None) -> dict[str, object]:
        """Turn one of the operator's control knobs, or read its state."""
        method = "GET" if body is None else "POST"
        answer = httpx.request(method, f"{self.operator_url}/_control{path}", json=body, timeout=120)
        answer.raise_for_status()
        state: dict[str, object] = answer.json()
        return state


@contextmanager
def world(dump: Dump, *, port: int, speed: float, tick: float, with_hub: bool = False) -> Iterator[World]:
    """Everything running and ready; stopped and put away at the end. `with_hub`: beside a hub for the bundled network."""
    configured = Settings()
    data_dir = _fresh_folder(configured)
    api_port = port if port and port_is_free(port) else free_port()
    operator_url, provider_url = (f"http://127.0.0.1:{free_port()}" for _ in range(2))
    settings = configured.model_copy(
        update={"data_dir": data_dir, "port": api_port, "host": "127.0.0.1", "public_url": None, "psp_url": provider_url}
    )
    processes = Processes(data_dir / "logs")
    with migrated_services(settings) as urls:
        try:
            brands = declarations(settings, None)
            apply_declarations(settings, urls, brands)
            hub_url = f"http://127.0.0.1:{free_port()}" if with_hub else None
            made = World(settings, urls, brands, operator_url, provider_url, processes, hub_url)
            _start(made, dump, speed=speed, tick=tick)
            yield made
        finally:
            processes.stop()


def _fresh_folder(settings: Settings) -> Path:
    """Each demo begins with an empty world. Raises `DemoRuns`."""
    data_dir = (settings.data_dir / "demo").absolute()
    if find_running(data_dir) is not None:
        raise DemoRuns(f"a demo already runs in {data_dir}")
    shutil.rmtree(data_dir, ignore_errors=True)
    data_dir.mkdir(parents=True)
    return data_dir


def _start(made: World, dump: Dump, *, speed: float, tick: float) -> None:
    webhook_secret = f"whsec_{secrets.token_hex(16)}"
    env = _environment(made, webhook_secret)
    start = made.processes.start
    files = {"--locations": dump.locations, "--tariffs": dump.tariffs}
    network = [part for option, file in files.items() if file for part in (option, str(file.absolute()))]
    pace = ("--speed", str(speed), "--tick", str(tick))
    operator = start("operator", "sandbox", "cpo", "--port", _port(made.operator_url), *pace, *network, env=env)
    hub = _start_hub(made, *pace, env=env)
    provider = start("payments", "sandbox", "psp", "--port", _port(made.provider_url), env=env)
    api = start("api", "serve", env=env)
    start("worker", "worker", env=env)
    for process, url in (
        (operator, made.operator_url),
        *hub,
        (provider, made.provider_url),
        (api, f"{made.settings.base_url}/health"),
    ):
        wait_until_answers(process, url)
        console.print(f"  {process.name} answers at {url.removesuffix('/health')}", markup=False)
    httpx.post(
        f"{made.provider_url}/_control/webhooks",
        json={"url": f"{made.settings.base_url}/webhooks/payments", "api_key": _PSP_KEY, "secret": webhook_secret},
        timeout=10,
    ).raise_for_status()


def _start_hub(made: World, *options: str, env: dict[str, str]) -> list[tuple[Process, str]]:
    """The hub and where it answers, if there shall be one."""
    if made.hub_url is None:
        return []
    hub = made.processes.start("hub", "sandbox", "hub", "--port", _port(made.hub_url), *_MIRROR, *options, env=env)
    return [(hub, made.hub_url)]


def _environment(made: World, webhook_secret: str) -> dict[str, str]:
    """Exactly what docs/settings.md tells a user to set."""
    return {
        "DATABASE_URL": made.urls.database_url,
        "REDIS_URL": made.urls.redis_url,
        "ROAMGRID_DATA_DIR": str(made.settings.data_dir),
        "ROAMGRID_TENANTS_DIR": str(made.settings.tenants_dir.absolute()),
        "ROAMGRID_PORT": str(made.settings.port),
        "ROAMGRID_HOST": "127.0.0.1",
        "ROAMGRID_PUBLIC_URL": made.settings.base_url,
        "ROAMGRID_PSP_URL": made.provider_url,
        "ROAMGRID_PSP_API_KEY": _PSP_KEY,
        "ROAMGRID_PSP_WEBHOOK_SECRET": webhook_secret,
    }


def _port(url: str) -> str:
    return url.rsplit(":", 1)[1]
