"""One PostgreSQL and one Redis for a whole test run, shared by all its worker processes.

A keeper process of its own owns the servers, because the worker that happens to come first may be done first. Every
worker holds a shared lock on one file as long as it lives; when the keeper gets that lock for itself, nobody is left,
and it stops. The kernel does the counting, so it is right after any crash.
"""

import fcntl
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from roamgrid.kernel.embedded import EmbeddedServices, ServiceUrls

_USERS = "users.lock"
_STARTING = "starting.lock"
_READY = "ready.json"
_LOG = "keeper.log"
_START_SECONDS = 90.0
_held: dict[Path, int] = {}
_keepers: list[subprocess.Popen[bytes]] = []  # outlives us on purpose; a collected handle would complain about it


def shared_services(tmp_root: Path) -> ServiceUrls:
    """The addresses of the run's servers; the first caller starts them, the end of the last calling process stops them.

    `tmp_root` is a folder that all workers of one run share and no other run uses; its data is deleted at the end.
    """
    root = tmp_root.absolute()
    root.mkdir(parents=True, exist_ok=True)
    starting = _lock(root / _STARTING, fcntl.LOCK_EX)  # one at a time
    try:
        if root not in _held:
            # Waits here while a keeper that found nobody shuts down.
            _held[root] = _lock(root / _USERS, fcntl.LOCK_SH)
        return _read_ready(root) or _start_keeper(root)
    finally:
        os.close(starting)


def _start_keeper(root: Path) -> ServiceUrls:
    with (root / _LOG).open("ab") as log:
        keeper = subprocess.Popen(
            [sys.executable, "-m", "tests.services", str(root)],
            cwd=Path(__file__).parents[1],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    _keepers.append(keeper)
    deadline = time.monotonic() + _START_SECONDS
    while (urls := _read_ready(root)) is None:
        if keeper.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"the test servers did not start:\n{(root / _LOG).read_text()}")
        time.sleep(0.02)
    return urls


def _keep(root: Path) -> None:
    """The keeper: serve until no test process is left."""
    data = root / "data"
    # A keeper that was killed leaves word of servers that may be gone.
    (root / _READY).unlink(missing_ok=True)
    with EmbeddedServices(data, durable=False) as urls:
        _write_ready(root, urls)
        alone = _wait_until_alone(root)
        (root / _READY).unlink()
    shutil.rmtree(data)
    os.close(alone)


def _wait_until_alone(root: Path) -> int:
    """Returns the descriptor that keeps newcomers waiting until the servers have stopped."""
    while True:
        try:
            return _lock(root / _USERS, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(0.2)


def _write_ready(root: Path, urls: ServiceUrls) -> None:
    fresh = root / f"{_READY}.new"
    fresh.write_text(f"{os.getpid()}\n{urls.database_url}\n{urls.redis_url}\n")
    fresh.replace(root / _READY)


def _read_ready(root: Path) -> ServiceUrls | None:
    """What a living keeper announced; None when there is none."""
    try:
        pid, database_url, redis_url = (root / _READY).read_text().split()
        os.kill(int(pid), 0)
    except (FileNotFoundError, ProcessLookupError):
        return None
    return ServiceUrls(database_url, redis_url)


def _lock(path: Path, operation: int) -> int:
    fd = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(fd, operation)
    except BaseException:
        os.close(fd)
        raise
    return fd


if __name__ == "__main__":
    _keep(Path(sys.argv[1]))
