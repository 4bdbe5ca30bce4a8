"""The processes of a measurement: real ones, on loopback, each with a log file; gone when the block ends."""

import asyncio
import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

_START_S = 60.0
_STOP_S = 15.0


class ProcessEnded(RuntimeError):
    """A process did not start, or ended before it was told to."""


@dataclass(frozen=True, slots=True)
class Server:
    """A child process; `port` is where it listens on 127.0.0.1, 0 if it does not."""

    port: int
    child: subprocess.Popen[bytes]
    log: Path

    def cpu_seconds(self) -> float:
        """User and system time that it has used so far."""
        times = psutil.Process(self.child.pid).cpu_times()
        return times.user + times.system

    def check(self) -> None:
        """Raises `ProcessEnded`."""
        if self.child.poll() is not None:
            last_words = "\n".join(self.log.read_text(errors="replace").splitlines()[-15:])
            raise ProcessEnded(f"{self.log.stem} ended with code {self.child.returncode}:\n{last_words}")


@contextmanager
def process(name: str, module: str, *arguments: str, port: int = 0, env: Mapping[str, str], log_dir: Path) -> Iterator[Server]:
    """`python -m module`, ended at the end of the block. What listens is waited for with `answering`."""
    log = log_dir / f"{name}.log"
    with log.open("wb") as file:
        child = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            env={**os.environ, **env},
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=file,
            start_new_session=True,
        )
    try:
        yield Server(port, child, log)
    finally:
        _end(child)


async def answering(listener: Server) -> Server:
    """Wait until it takes connections. Raises `ProcessEnded`, also when that takes too long."""
    try:
        async with asyncio.timeout(_START_S):
            while not _takes_connections(listener.port):
                listener.check()
                await asyncio.sleep(0.05)
    except TimeoutError:
        raise ProcessEnded(f"{listener.log.stem} does not listen after {_START_S:.0f} s: see {listener.log}") from None
    return listener


def free_port() -> int:
    """A TCP port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _takes_connections(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _end(child: subprocess.Popen[bytes]) -> None:
    child.terminate()
    try:
        child.wait(_STOP_S)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
