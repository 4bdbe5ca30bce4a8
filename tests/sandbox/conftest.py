"""An operator, a service provider and a payment provider on real ports."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from roamgrid.kernel.json import dumps, loads
from roamgrid.sandbox.cpo import CpoOptions, Knobs, create_app
from roamgrid.sandbox.psp import PspOptions
from roamgrid.sandbox.psp import create_app as create_psp
from tests.sandbox.emsp import TinyEmsp
from tests.sandbox.psp_world import Psp
from tests.sandbox.serving import eventually, reserved_port, served


@dataclass(frozen=True)
class Cpo:
    """The operator as a developer sees it."""

    url: str

    async def control(self, path: str, body: Any = None) -> Any:
        """POST to the control desk; the answer, which must be a success."""
        answer = await self.post(path, body)
        assert answer.status_code == 200, answer.text
        return loads(answer.content)

    async def post(self, path: str, body: Any = None) -> httpx.Response:
        async with httpx.AsyncClient(trust_env=False, verify=False) as client:
            return await client.post(f"{self.url}/_control/{path}", content=dumps(body or {}))

    async def state(self) -> Any:
        async with httpx.AsyncClient(trust_env=False, verify=False) as client:
            return loads((await client.get(f"{self.url}/_control/state")).content)

    async def until_pushes(self, what: str) -> None:
        """Wait until the operator counts at least one `{kind}.{sent|failed|lost|duplicated|swapped}`."""

        async def condition() -> object:
            return (await self.state())["pushes"].get(what)

        await eventually(condition)


@pytest.fixture
async def cpo() -> AsyncIterator[Cpo]:
    """The bundled network; an hour of charging takes one real second."""
    bound = reserved_port()
    port = bound.getsockname()[1]
    knobs = Knobs(speed=3600, tick=0.02, command_result_delay=0)
    async with served(create_app(CpoOptions(port=port, page_limit=5, knobs=knobs)), bound) as url:
        yield Cpo(url)


@pytest.fixture
async def emsp() -> AsyncIterator[TinyEmsp]:
    """A provider that nobody knows yet."""
    bound = reserved_port()
    provider = TinyEmsp(f"http://127.0.0.1:{bound.getsockname()[1]}")
    async with served(provider.app(), bound):
        yield provider


@pytest.fixture
async def other(cpo: Cpo) -> AsyncIterator[TinyEmsp]:
    """Another provider, connected to the same operator."""
    bound = reserved_port()
    provider = TinyEmsp(f"http://127.0.0.1:{bound.getsockname()[1]}", "token-b-of-the-other", party_id="OTH")
    async with served(provider.app(), bound):
        invitation = await cpo.control("invite")
        await provider.register_at(invitation["versions_url"], invitation["token"])
        yield provider


@pytest.fixture
async def connected(cpo: Cpo, emsp: TinyEmsp) -> TinyEmsp:
    """A provider that has taken up the operator's invitation."""
    invitation = await cpo.control("invite")
    await emsp.register_at(invitation["versions_url"], invitation["token"])
    return emsp


@pytest.fixture
async def psp() -> AsyncIterator[Psp]:
    async with served(create_psp(PspOptions()), reserved_port()) as url:
        provider = Psp(url)
        yield provider
        for http in provider.opened:
            await http.close_async()
