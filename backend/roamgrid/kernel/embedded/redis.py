"""The embedded Redis."""

import signal
from pathlib import Path

import redis

from roamgrid.kernel.embedded.account import Account
from roamgrid.kernel.embedded.binaries import redis_server
from roamgrid.kernel.embedded.process import ServerProcess, end_all
from roamgrid.kernel.embedded.state import State

# SIGTERM writes the append-only file to disk and ends.
_STOP = ((signal.SIGTERM, 15.0),)


class RedisServer:
    """A Redis in `data_dir/redis`. Its append-only file loses at most the last second when the machine dies."""

    def __init__(self, data_dir: Path, account: Account, *, durable: bool) -> None:
        self._folder = data_dir / "redis"
        self._account = account
        self._durable = durable
        self._process = ServerProcess("redis-server", self._folder, data_dir / "redis.log")

    def prepare(self) -> None:
        """Make the folder when there is none and end an orphan of a crash. Call while holding the data folder."""
        self._folder.mkdir(mode=0o700, exist_ok=True)
        self._account.own(self._folder)
        end_all("redis-server", self._folder, *_STOP)

    def start(self, state: State) -> None:
        """Start and wait until the data is loaded. Raises `ServiceFailed`."""
        if self._process.running:
            return
        self._process.launch([*self._account.prefix, str(redis_server()), "-"], stdin=self._configuration(state))
        self._process.wait_until(lambda: _answers(state), seconds=60)

    def stop(self) -> None:
        """Orderly shutdown; no process is left when this returns."""
        self._process.stop(*_STOP)

    def _configuration(self, state: State) -> bytes:
        lines = {
            "bind": "127.0.0.1",
            "port": str(state.redis_port),
            "protected-mode": "yes",
            "requirepass": state.password,
            "appendonly": "yes",
            "appendfsync": "everysec" if self._durable else "no",
            "save": '""',
            # Queues live here: refusing a write is loud, dropping a key is silent.
            "maxmemory-policy": "noeviction",
            "daemonize": "no",
            # The default of 511 draws a warning on systems that allow 128.
            "tcp-backlog": "128",
        }
        return "".join(f"{name} {value}\n" for name, value in lines.items()).encode()


def _answers(state: State) -> bool:
    client = redis.Redis.from_url(state.urls.redis_url, socket_connect_timeout=5, socket_timeout=5)
    try:
        return bool(client.ping())
    except redis.ConnectionError:  # also while it loads its data: BusyLoadingError
        return False
    finally:
        client.close()
