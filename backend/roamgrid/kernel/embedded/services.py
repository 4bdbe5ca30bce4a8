"""The pair of servers of one data folder."""

import atexit
import os
from pathlib import Path
from types import TracebackType

from roamgrid.kernel.embedded.account import choose_account
from roamgrid.kernel.embedded.binaries import postgres_program, redis_server
from roamgrid.kernel.embedded.lifetime import exit_in_order_on_signals
from roamgrid.kernel.embedded.lock import FolderLock
from roamgrid.kernel.embedded.postgres import PostgresServer
from roamgrid.kernel.embedded.redis import RedisServer
from roamgrid.kernel.embedded.state import State
from roamgrid.kernel.embedded.urls import ServiceUrls


class EmbeddedServices:
    """PostgreSQL and Redis with their data in `data_dir`; made when new, picked up where they ended otherwise.

    `durable=False`, for tests, skips waiting for the disk: what was committed survives killed processes, no power cut.
    Not for use by several threads at once. In a forked child, `stop` does nothing: the servers are the parent's.
    """

    def __init__(self, data_dir: Path, *, durable: bool = True) -> None:
        self._data_dir = data_dir.absolute()
        self._durable = durable
        self._lock = FolderLock(self._data_dir)
        self._running: _Pair | None = None

    def start(self) -> ServiceUrls:
        """Start both servers and wait until they answer; without effect when they run.

        An earlier owner's orphans (it was killed) are shut down first. Ports are the same as last time unless somebody
        else took them. Raises `AlreadyRunning` when another living process owns the folder, `ServiceFailed` when a
        server does not come up (nothing of ours runs then).
        """
        if self._running is not None:
            return self._running.state.urls
        # Others may pass through (a server of another account must), only the owner may look inside.
        self._data_dir.mkdir(mode=0o711, parents=True, exist_ok=True)
        self._lock.acquire()
        atexit.register(self.stop)
        exit_in_order_on_signals()
        try:
            self._running = _Pair.prepare(self._data_dir, durable=self._durable)
            self._running.start()
        except BaseException:
            self.stop()
            raise
        return self._running.state.urls

    def stop(self) -> None:
        """Shut both down, leaving no process, and let go of the folder; without effect when they do not run."""
        atexit.unregister(self.stop)
        if self._running is not None and self._running.owner == os.getpid():
            self._running.stop()
            self._running = None
        if self._running is None:
            self._lock.release()

    def stop_postgres(self) -> None:
        self._pair.postgres.stop()

    def start_postgres(self) -> None:
        """Start PostgreSQL again at the same URL. Raises `ServiceFailed`, also when the port was taken meanwhile."""
        self._pair.postgres.start(self._pair.state)

    def restart_postgres(self) -> None:
        self.stop_postgres()
        self.start_postgres()

    def stop_redis(self) -> None:
        self._pair.redis.stop()

    def start_redis(self) -> None:
        """Start Redis again at the same URL. Raises `ServiceFailed`, also when the port was taken meanwhile."""
        self._pair.redis.start(self._pair.state)

    def restart_redis(self) -> None:
        self.stop_redis()
        self.start_redis()

    @property
    def _pair(self) -> "_Pair":
        if self._running is None:
            raise RuntimeError("start() the embedded services first")
        return self._running

    def __enter__(self) -> ServiceUrls:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()


class _Pair:
    """Both servers while this process owns the folder."""

    def __init__(self, state: State, postgres: PostgresServer, redis: RedisServer) -> None:
        self.owner = os.getpid()
        self.state = state
        self.postgres = postgres
        self.redis = redis

    @classmethod
    def prepare(cls, data_dir: Path, *, durable: bool) -> "_Pair":
        """Both ready to start: data folders made, orphans ended, ports chosen and remembered."""
        state = State.load(data_dir) or State.new()
        account = choose_account(data_dir, [postgres_program("postgres"), redis_server()])
        postgres = PostgresServer(data_dir, account, durable=durable)
        redis = RedisServer(data_dir, account, durable=durable)
        state.save(data_dir)  # before the cluster is made: its password must never be lost
        postgres.prepare(state)
        redis.prepare()
        state = state.with_free_ports()
        state.save(data_dir)
        return cls(state, postgres, redis)

    def start(self) -> None:
        self.postgres.start(self.state)
        self.redis.start(self.state)

    def stop(self) -> None:
        # Redis first: the workers that it feeds stop asking the database.
        try:
            self.redis.stop()
        finally:
            self.postgres.stop()
