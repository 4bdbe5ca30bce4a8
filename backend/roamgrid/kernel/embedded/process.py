"""One server process: started with its output in a log, stopped for certain, found again after a crash."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import psutil

from roamgrid.kernel.embedded.errors import ServiceFailed

_LOG_LIMIT_BYTES = 16 * 1024 * 1024
_POLL_SECONDS = 0.02


class ServerProcess:
    """A child process that works inside `folder` (its working directory) and writes to `log`."""

    def __init__(self, name: str, folder: Path, log: Path) -> None:
        self._name = name
        self._folder = folder
        self._log = log
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def running(self) -> bool:
        return self._child is not None and self._child.poll() is None

    def launch(self, command: Sequence[str], stdin: bytes = b"") -> None:
        """Start the server; returns at once. `stdin` is handed over whole (a secret there is in no process list)."""
        _rotate(self._log)
        # Statements in a log can carry what the tables carry: for the owner's eyes only.
        with os.fdopen(os.open(self._log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab") as log:
            self._child = subprocess.Popen(
                command,
                cwd=self._folder,
                env=clean_environment(),
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                # Ctrl-C in a terminal goes to the whole group; the servers must outlive their last clients.
                start_new_session=True,
            )
        if self._child.stdin is not None:
            self._child.stdin.write(stdin)
            self._child.stdin.close()

    def wait_until(self, answers: Callable[[], bool], *, seconds: float) -> None:
        """Block until `answers()`. Raises `ServiceFailed` when the process ends first or time is up."""
        deadline = time.monotonic() + seconds
        while not answers():
            if not self.running:
                raise ServiceFailed(f"{self._name} did not start. {self.last_words()}")
            if time.monotonic() > deadline:
                raise ServiceFailed(f"{self._name} did not answer within {seconds:.0f} s. {self.last_words()}")
            time.sleep(_POLL_SECONDS)

    def stop(self, *signals: tuple[signal.Signals, float]) -> None:
        """Send each signal in turn, waiting its seconds, until the process is gone; at last kill what is left."""
        for number, seconds in signals:
            if not self.running or self._child is None:
                break
            self._child.send_signal(number)
            try:
                self._child.wait(seconds)
            except subprocess.TimeoutExpired:
                continue
        end_all(self._name, self._folder)
        if self._child is not None:
            self._child.wait()
            self._child = None

    def last_words(self) -> str:
        """The end of the log with its path, for error messages."""
        text = self._log.read_bytes()[-2000:].decode(errors="replace") if self._log.exists() else ""
        return f"The end of {self._log}:\n{text}"


def clean_environment() -> dict[str, str]:
    """Our environment without PG* variables, which would silently change what we ask for; messages in English."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return kept | {"LC_ALL": "C", "TZ": "UTC"}


def living(name: str, folder: Path) -> Iterator[psutil.Process]:
    """Every process called `name` that works in `folder`, whoever started it.

    Both servers change into their data folder, so this tells our orphan from any other server of the machine and from
    a stranger that got the same process id; a pid file can do neither.
    """
    here = folder.resolve()
    for process in psutil.process_iter(["name", "cwd", "ppid"]):
        if process.info["name"] == name and process.info["cwd"] and Path(process.info["cwd"]) == here:
            yield process


def end_all(name: str, folder: Path, *polite: tuple[signal.Signals, float]) -> None:
    """End every server that works in `folder`: politely first, then by force. Returns when none is left.

    Raises `ServiceFailed` when one survives, which needs a hung kernel or another user's process.
    """
    for number, seconds in (*polite, (signal.SIGKILL, 5.0)):
        for process in _heads(list(living(name, folder)), number):
            _signal(process, number)
        if _gone_within(seconds, name, folder):
            return
    raise ServiceFailed(f"{name} in {folder} could not be stopped: {[process.pid for process in living(name, folder)]}")


def _heads(found: list[psutil.Process], number: signal.Signals) -> list[psutil.Process]:
    """Who gets the signal: a head tells its children, to whom the same signal can mean something else."""
    if number == signal.SIGKILL:
        return found
    family = {process.pid for process in found}
    return [process for process in found if process.info["ppid"] not in family]


def _gone_within(seconds: float, name: str, folder: Path) -> bool:
    # Asked from the process table, not from psutil.wait_procs: that also waits for whoever reaps a dead orphan.
    deadline = time.monotonic() + seconds
    while any(living(name, folder)):
        if time.monotonic() > deadline:
            return False
        time.sleep(_POLL_SECONDS)
    return True


def _signal(process: psutil.Process, number: signal.Signals) -> None:
    try:
        process.send_signal(number)
    except psutil.NoSuchProcess:
        return


def _rotate(log: Path) -> None:
    if log.exists() and log.stat().st_size > _LOG_LIMIT_BYTES:
        log.replace(log.with_name(log.name + ".1"))
