"""Child processes of a command: started, awaited, watched, stopped. Their words go to one log file each."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import httpx

from roamgrid.kernel.errors import Unavailable

_START_SECONDS = 40.0
_STOP_SECONDS = 10.0


class ProcessFailed(Unavailable):
    """A child process did not start or died."""

    code = "PROCESS_FAILED"
    hint = "Its log file, named in the message, says why."


@dataclass(frozen=True, slots=True)
class Process:
    """A running child and where it logs."""

    name: str
    popen: subprocess.Popen[bytes]
    log: Path

    def check(self) -> None:
        """Raises `ProcessFailed` when it died."""
        code = self.popen.poll()
        if code is not None:
            raise ProcessFailed(f"{self.name} ended with code {code}: see {self.log}\n{_tail(self.log)}")


class Processes:
    """Children that die with us, the youngest first."""

    def __init__(self, log_dir: Path) -> None:
        self._log_dir = log_dir
        self._running: list[Process] = []
        log_dir.mkdir(parents=True, exist_ok=True)

    def start(self, name: str, *command: str, env: Mapping[str, str]) -> Process:
        """Run `roamgrid <command>` in a process of its own."""
        log = self._log_dir / f"{name}.log"
        with log.open("wb") as file:
            popen = subprocess.Popen(
                [sys.executable, "-m", "roamgrid", *command],
                env={**os.environ, **env},
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=file,
                start_new_session=True,
            )
        process = Process(name, popen, log)
        self._running.append(process)
        return process

    def check(self) -> None:
        """Raises `ProcessFailed` when one of them died."""
        for process in self._running:
            process.check()

    def stop(self) -> None:
        """Ask all to end, then insist."""
        for process in reversed(self._running):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.popen.pid, signal.SIGTERM)
        for process in self._running:
            try:
                process.popen.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                os.killpg(process.popen.pid, signal.SIGKILL)
                process.popen.wait()
        self._running.clear()


def free_port() -> int:
    """A TCP port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def port_is_free(port: int) -> bool:
    """Whether we could listen on a loopback port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def wait_until_answers(process: Process, url: str) -> None:
    """Until any HTTP answer comes from `url`. Raises `ProcessFailed` when it dies or takes too long."""
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        process.check()
        with contextlib.suppress(httpx.TransportError):
            httpx.get(url, timeout=2)
            return
        time.sleep(0.1)
    raise ProcessFailed(f"{process.name} does not answer at {url}: see {process.log}\n{_tail(process.log)}")


def _tail(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-15:])
