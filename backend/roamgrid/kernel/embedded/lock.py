"""One owner per data folder."""

import fcntl
import os
import time
from pathlib import Path

from roamgrid.kernel.embedded.errors import AlreadyRunning

FILE = "owner.lock"


class FolderLock:
    """An exclusive lock on a data folder that dies with its holder, however that ends."""

    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir
        self._fd: int | None = None

    def acquire(self) -> None:
        """Take the lock or raise `AlreadyRunning` with the holder's process id."""
        fd = os.open(self._data_dir / FILE, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = _read_pid(fd)
            os.close(fd)
            raise AlreadyRunning(holder, self._data_dir) from None
        os.pwrite(fd, f"{os.getpid():<20}".encode(), 0)  # fixed width: overwrites the last holder's in one go
        self._fd = fd

    def release(self) -> None:
        """Give the lock back; without effect when it is not held."""
        if self._fd is not None:
            # Unlocked by name, not by closing: a forked child may still hold a copy of the descriptor.
            fcntl.flock(self._fd, fcntl.LOCK_UN)
            os.close(self._fd)
            self._fd = None


def holder(data_dir: Path) -> int | None:
    """The process that owns the folder now, None when nobody does."""
    try:
        fd = os.open(data_dir / FILE, os.O_RDONLY)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return _read_pid(fd)
    finally:
        os.close(fd)
    return None


def _read_pid(fd: int) -> int:
    # Empty only for the blink between the very first locking of a folder and the writing.
    while not (text := os.pread(fd, 20, 0)):
        time.sleep(0.001)
    return int(text)
