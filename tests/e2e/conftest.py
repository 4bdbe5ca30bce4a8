"""The whole of Roamgrid as processes, on servers that the test can stop: the same world that `roamgrid demo` shows."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from roamgrid.cli.demo.feed import connect_and_pull
from roamgrid.cli.demo.world import Dump, World, world
from roamgrid.kernel.embedded import EmbeddedServices
from tests.conftest import ROOT


@dataclass(frozen=True, slots=True)
class Running:
    """The world, and the servers beneath it, which it knows by URL only."""

    world: World
    servers: EmbeddedServices


OPERATOR_PARTY = """
[[parties]]
country_code = "NL"
party_id = "VLO"
name = "Voltara Stations"
roles = ["CPO"]
"""


def tenants_with_an_operator(folder: Path) -> Path:
    """The brands as they are declared, but that Voltara operates stations too, as a party of its own."""
    copy = folder / "tenants"
    shutil.copytree(ROOT / "tenants", copy)
    declaration = copy / "voltara" / "tenant.toml"
    declaration.write_text(declaration.read_text() + OPERATOR_PARTY)
    return copy


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Both brands connected with the sandbox operator; servers of their own, handed over as DATABASE_URL and REDIS_URL."""
    servers = EmbeddedServices(tmp_path_factory.mktemp("servers"), durable=True)
    with pytest.MonkeyPatch.context() as patch, servers as urls:
        patch.setenv("DATABASE_URL", urls.database_url)
        patch.setenv("REDIS_URL", urls.redis_url)
        patch.setenv("ROAMGRID_COMMAND_TIMEOUT_S", "5")
        patch.setenv("ROAMGRID_DATA_DIR", str(tmp_path_factory.mktemp("data")))
        patch.setenv("ROAMGRID_TENANTS_DIR", str(tenants_with_an_operator(tmp_path_factory.mktemp("declared"))))
        with world(Dump(), port=0, speed=240.0, tick=0.3) as made:
            connect_and_pull(made, Dump())
            yield Running(made, servers)


@pytest.fixture
def fresh_operator(running: Running) -> Iterator[World]:
    """The operator without faults again after the test."""
    yield running.world
    running.world.operator("/knobs", {"duplicates": 0, "out_of_order": 0, "lost": 0, "wrong_totals": 0, "latency_ms": 0})
