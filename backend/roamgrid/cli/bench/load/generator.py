"""Our side of the generator's process."""

import asyncio
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from roamgrid.cli.bench.load.jobs import LENGTH_BYTES, Job, Outcome, length_of, packed, unpacked

_MODULE = "roamgrid.cli.bench.load"


class GeneratorFailed(RuntimeError):
    """The generator could not play a job; its own words are on standard error."""


class Generator:
    """Plays one job at a time."""

    def __init__(self, process: Process) -> None:
        assert process.stdin is not None and process.stdout is not None
        self._in = process.stdin
        self._out = process.stdout

    async def play(self, job: Job) -> Outcome:
        """Raises `GeneratorFailed`."""
        self._in.write(packed(job))
        await self._in.drain()
        try:
            prefix = await self._out.readexactly(LENGTH_BYTES)
            return unpacked(await self._out.readexactly(length_of(prefix)), Outcome)
        except asyncio.IncompleteReadError:
            raise GeneratorFailed("the load generator ended") from None


@asynccontextmanager
async def generator() -> AsyncIterator[Generator]:
    """A running generator; it ends when its standard input does."""
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", _MODULE, stdin=PIPE, stdout=PIPE)
    running = Generator(process)
    try:
        yield running
    finally:
        assert process.stdin is not None
        process.stdin.close()
        await process.wait()
