"""All counterparties as processes of their own: started, asked, logged, ended."""

import asyncio
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx
import pytest

from roamgrid.kernel.json import loads
from tests.sandbox.serving import eventually

VERSIONS = "/ocpi/versions"
CPO = "from roamgrid.sandbox.cpo import CpoOptions, run; run(CpoOptions(port={port}, verbose=True))"
PSP = "from roamgrid.sandbox.psp import PspOptions, run; run(PspOptions(port={port}, verbose=True))"
HUB = "from roamgrid.sandbox.hub import HubOptions, run; run(HubOptions(port={port}, verbose=True))"
EMSP = "from roamgrid.sandbox.emsp import EmspOptions, run; run(EmspOptions(port={port}, verbose=True))"


@dataclass(frozen=True)
class Running:
    process: asyncio.subprocess.Process
    url: str


@asynccontextmanager
async def running(program: str) -> AsyncIterator[Running]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", program.format(port=port), stdout=asyncio.subprocess.PIPE
    )
    try:
        yield Running(process, f"http://127.0.0.1:{port}")
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


@pytest.mark.e2e
@pytest.mark.parametrize(
    ("program", "path"), [(CPO, VERSIONS), (HUB, VERSIONS), (EMSP, VERSIONS), (PSP, "/v1/payment_intents")]
)
async def test_a_process_answers_logs_each_exchange_and_ends_on_a_signal(program: str, path: str):
    async with running(program) as started, httpx.AsyncClient(trust_env=False, verify=False) as client:

        async def answers() -> bool:
            try:
                return (await client.get(started.url + path)).status_code == 401
            except httpx.ConnectError:
                return False

        await eventually(answers)
        assert started.process.stdout is not None
        line = loads(await started.process.stdout.readline())
        assert (line["method"], line["path"], line["http"]) == ("GET", path, 401)
        started.process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(started.process.wait(), 10) in (0, -signal.SIGTERM)
