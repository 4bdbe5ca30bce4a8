"""The README's "Attach your own world", word for word: documented commands and settings, any peer, any client."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from roamgrid.cli.processes import Processes, free_port, wait_until_answers
from tests.conftest import ROOT

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("attach"), pytest.mark.timeout(240)]


@dataclass(frozen=True, slots=True)
class Deployment:
    """A running `roamgrid serve` with embedded servers, and its environment."""

    url: str
    peer_url: str
    env: dict[str, str]

    def roamgrid(self, *arguments: str, code: int = 0) -> str:
        """A command of the command line in a process of its own; its standard output."""
        done = subprocess.run(
            [sys.executable, "-m", "roamgrid", *arguments],
            env={**os.environ, **self.env},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == code, done.stderr
        return done.stdout

    def ask(self, *arguments: str) -> Any:
        """The same with --json."""
        return json.loads(self.roamgrid(*arguments, "--json"))

    def graphql(self, query: str, *, host: str, token: str | None = None) -> httpx.Response:
        headers = {"host": host} | ({"authorization": f"Bearer {token}"} if token else {})
        return httpx.post(f"{self.url}/graphql", json={"query": query}, headers=headers, timeout=30)


@pytest.fixture(scope="module")
def deployment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """serve, tenant apply, worker; and a sandbox operator for a peer."""
    port, peer_port, psp_port = free_port(), free_port(), free_port()
    env = {
        "ROAMGRID_DATA_DIR": str(tmp_path_factory.mktemp("data")),
        "ROAMGRID_TENANTS_DIR": str(ROOT / "tenants"),
        "ROAMGRID_PORT": str(port),
        "ROAMGRID_PSP_URL": f"http://127.0.0.1:{psp_port}",
    }
    processes = Processes(tmp_path_factory.mktemp("logs"))
    made = Deployment(f"http://127.0.0.1:{port}", f"http://127.0.0.1:{peer_port}", env)
    try:
        peer = processes.start("peer", "sandbox", "cpo", "--port", str(peer_port), env={})
        processes.start("psp", "sandbox", "psp", "--port", str(psp_port), env={})
        serve = processes.start("serve", "serve", env=env)
        wait_until_answers(serve, f"{made.url}/health")
        wait_until_answers(peer, f"{made.peer_url}/_control/state")
        made.roamgrid("tenant", "apply")
        processes.start("worker", "worker", env=env)
        yield made
    finally:
        processes.stop()


def test_a_peer_registers_with_an_invitation_and_its_network_is_pulled(deployment: Deployment) -> None:
    invitation = deployment.ask("partner", "invite", "--tenant", "voltara")
    assert invitation["versions_url"] == f"{deployment.url}/ocpi/voltara/versions"
    answer = httpx.post(
        f"{deployment.peer_url}/_control/register",
        json={"versions_url": invitation["versions_url"], "token": invitation["token"]},
        timeout=30,
    )
    assert answer.status_code == 200, answer.text
    [pulled] = deployment.ask("partner", "sync", "--tenant", "voltara", "--full")
    assert pulled["ok"]
    assert {module["module"]: module["objects"] for module in pulled["modules"]}["locations"] == 14
    [listed] = deployment.ask("partner", "list", "--tenant", "voltara")
    assert (listed["connection"], listed["status"]) == (invitation["connection"], "registered")
    assert deployment.ask("partner", "list", "--tenant", "kilowind") == []


def test_we_register_with_a_peer_that_invited_us(deployment: Deployment) -> None:
    offered = httpx.post(f"{deployment.peer_url}/_control/invite", json={}, timeout=30).json()
    registered = deployment.ask(
        "partner", "register", "--tenant", "kilowind", "--versions-url", offered["versions_url"], "--token", offered["token"]
    )
    assert registered["status"] == "registered"
    assert {party["role"] for party in registered["parties"]} == {"CPO"}


def test_a_developers_token_opens_its_own_brand_only(deployment: Deployment) -> None:
    made = deployment.ask("dev", "token", "--tenant", "voltara", "--email", "dev@example.com")
    me = deployment.graphql("{ me { email } }", host=made["host"], token=made["access_token"])
    assert me.json() == {"data": {"me": {"email": "dev@example.com"}}}
    assert deployment.graphql("{ me { email } }", host="kilowind.localhost", token=made["access_token"]).status_code == 401
    assert deployment.graphql("{ __typename }", host="nobody.localhost").status_code == 404


def test_developer_commands_are_refused_in_production(deployment: Deployment) -> None:
    production = Deployment(deployment.url, deployment.peer_url, {**deployment.env, "ROAMGRID_MODE": "production"})
    production.roamgrid("dev", "token", "--tenant", "voltara", "--email", "dev@example.com", code=1)


def test_wrong_usage_ends_with_2_and_a_broken_rule_with_1(deployment: Deployment, tmp_path: Path) -> None:
    deployment.roamgrid("partner", "list", "--tenant", "nobody", code=1)
    deployment.roamgrid("tenant", "apply", str(tmp_path), code=1)
    deployment.roamgrid("partner", "sync", code=2)
    deployment.roamgrid("frobnicate", code=2)
    deployment.roamgrid("demo", "--locations", str(tmp_path / "missing.json"), code=2)


def test_everything_holds(deployment: Deployment) -> None:
    assert deployment.ask("verify", "--grace", "60")["ok"]
