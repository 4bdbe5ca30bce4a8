"""The stand that every line is measured on: one cell, one generator, and processes started when a line needs them."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from roamgrid.cli.bench.load.generator import Generator
from roamgrid.cli.bench.load.jobs import Job, Outcome
from roamgrid.cli.bench.network import Network
from roamgrid.cli.bench.processes import Server, answering, free_port, process
from roamgrid.cli.bench.world import Brand, Cell

WARM_UP_S = 1.0


class NotAsExpected(RuntimeError):
    """Some responses were errors: what was counted is no figure."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One measurement of a server under load. `cpu_us`: user and system time of its process a request, in microseconds."""

    per_second: float
    p50_ms: float
    p99_ms: float
    cpu_us: float


@dataclass(frozen=True, slots=True)
class Stand:
    """`seconds` of load a sample, `rounds` samples of each side."""

    cell: Cell
    generator: Generator
    network: Network
    folder: Path
    seconds: float
    rounds: int

    @property
    def brands(self) -> tuple[Brand, ...]:
        return self.cell.brands

    @asynccontextmanager
    async def api(self, cell: Cell | None = None) -> AsyncIterator[Server]:
        """`roamgrid serve` for a cell."""
        port = free_port()
        environment = (cell or self.cell).environment(port)
        with process(f"api-{port}", "roamgrid", "serve", port=port, env=environment, log_dir=self.folder) as started:
            yield await answering(started)

    @asynccontextmanager
    async def worker(self) -> AsyncIterator[Server]:
        """`roamgrid worker`; it is ready when it has handled its first event."""
        with process("worker", "roamgrid", "worker", env=self.cell.environment(), log_dir=self.folder) as started:
            yield started

    @asynccontextmanager
    async def ceiling(self, kind: str, *arguments: str) -> AsyncIterator[Server]:
        """A process of `roamgrid.cli.bench.ceilings`."""
        port = free_port()
        module, environment = "roamgrid.cli.bench.ceilings", self.cell.environment()
        with process(
            f"{kind}-{port}", module, kind, str(port), *arguments, port=port, env=environment, log_dir=self.folder
        ) as started:
            yield await answering(started)

    async def load(
        self,
        target: Server,
        requests: Sequence[bytes],
        *,
        marker: bytes = b"",
        seconds: float | None = None,
        connections: int = 32,
    ) -> Sample:
        """One sample of a server. Raises `NotAsExpected`."""
        job = Job(
            port=target.port,
            requests=list(requests),
            seconds=self.seconds if seconds is None else seconds,
            marker=marker,
            connections=connections,
        )
        before = target.cpu_seconds()
        outcome = await self.play(job)
        used = target.cpu_seconds() - before
        return Sample(outcome.per_second, outcome.p50_ms, outcome.p99_ms, used / outcome.completed * 1e6)

    async def play(self, job: Job) -> Outcome:
        """Any job. Raises `NotAsExpected` unless every response was as it should be."""
        outcome = await self.generator.play(job)
        if outcome.errors or not outcome.completed:
            raise NotAsExpected(f"{outcome.errors} of {outcome.errors + outcome.completed} failed: {outcome.first_error}")
        return outcome

    async def truncate(self, *tables: str) -> None:
        """Empty tables (`schema.table`) as their owner."""
        names = sql.SQL(", ").join(sql.Identifier(*table.split(".")) for table in tables)
        async with await psycopg.AsyncConnection.connect(self.cell.urls.database_url, autocommit=True) as owner:
            await owner.execute(sql.SQL("truncate {} restart identity cascade").format(names))
