"""The embedded PostgreSQL 18."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

import psycopg
from psycopg.pq import PGconn, Ping

from roamgrid.kernel.embedded.account import Account
from roamgrid.kernel.embedded.binaries import postgres_program
from roamgrid.kernel.embedded.errors import ServiceFailed
from roamgrid.kernel.embedded.process import ServerProcess, clean_environment, end_all
from roamgrid.kernel.embedded.state import DATABASE, ROLE, State

SUPERUSER = "postgres"

_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    # A dump of hundreds of tenant schemas takes one lock per table.
    "max_locks_per_transaction": "256",
    "shared_buffers": "256MB",
    "idle_in_transaction_session_timeout": "60s",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %u@%d ",
}
_DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
# Commits still reach the operating system one by one, so they survive a killed server, though not a dead machine.
_VOLATILE = {"fsync": "off", "synchronous_commit": "on", "full_page_writes": "off"}

# SIGINT = "fast": roll back what is open, write a checkpoint. SIGQUIT = "immediate": recover at the next start.
_STOP = ((signal.SIGINT, 30.0), (signal.SIGQUIT, 10.0))


class PostgresServer:
    """A cluster in `data_dir/postgres` with the database and login role `roamgrid`.

    The role owns the database and may create roles and databases but is no superuser, like the account that a managed
    PostgreSQL gives: what works here works there. The superuser `postgres` has the same password, for maintenance.
    """

    def __init__(self, data_dir: Path, account: Account, *, durable: bool) -> None:
        self._folder = data_dir / "postgres"
        self._account = account
        self._durable = durable
        self._process = ServerProcess("postgres", self._folder, data_dir / "postgres.log")

    def prepare(self, state: State) -> None:
        """Make the cluster when there is none, and clear away what a crash left. Call while holding the folder."""
        if not self._folder.exists():
            self._create(state)
        self._account.own(self._folder)
        end_all("postgres", self._folder, *_STOP)
        # Nothing runs here any more. Left behind, the file would name a process id that a stranger may have by now
        # (in containers: nearly always), and PostgreSQL would refuse to start.
        (self._folder / "postmaster.pid").unlink(missing_ok=True)

    def start(self, state: State) -> None:
        """Start and wait until it takes connections. Raises `ServiceFailed`."""
        if self._process.running:
            return
        settings = _SETTINGS | (_DURABLE if self._durable else _VOLATILE) | {"port": str(state.postgres_port)}
        flags = [flag for name, value in settings.items() for flag in ("-c", f"{name}={value}")]
        self._process.launch([*self._command("postgres"), "-D", str(self._folder), *flags])
        self._process.wait_until(lambda: _takes_connections(state), seconds=60)
        _check_login(state)

    def stop(self) -> None:
        """Fast shutdown; no process is left when this returns."""
        self._process.stop(*_STOP)

    def _create(self, state: State) -> None:
        """Make the cluster aside and move it into place whole, so that a crash leaves none that is half made."""
        aside = self._folder.with_name("postgres.new")
        shutil.rmtree(aside, ignore_errors=True)
        aside.mkdir(mode=0o700)
        self._account.own(aside)
        self._initdb(aside, state.password)
        self._single_user(
            aside,
            f"CREATE ROLE {ROLE} LOGIN CREATEDB CREATEROLE PASSWORD '{state.password}'\n"
            f"CREATE DATABASE {DATABASE} OWNER {ROLE}\n",
        )
        aside.rename(self._folder)

    def _initdb(self, folder: Path, password: str) -> None:
        with tempfile.NamedTemporaryFile("w", dir=folder.parent) as password_file:
            password_file.write(password)
            password_file.flush()
            self._account.own(Path(password_file.name))
            self._run(
                [
                    *self._command("initdb"),
                    f"--pgdata={folder}",
                    f"--username={SUPERUSER}",
                    f"--pwfile={password_file.name}",
                    "--auth=scram-sha-256",
                    "--encoding=UTF8",
                    # PostgreSQL's own C.UTF-8: the same order on every system, whatever locales are installed.
                    "--locale-provider=builtin",
                    "--builtin-locale=C.UTF-8",
                    "--locale=C",
                    "--no-instructions",
                    # Iterations slow down guessing; 192 random bits cannot be guessed, and connecting stays cheap.
                    "--set=scram_iterations=1",
                    *([] if self._durable else ["--no-sync"]),
                ]
            )

    def _single_user(self, folder: Path, statements: str) -> None:
        """Run SQL, one statement a line, without a server that others could reach."""
        self._run(
            [*self._command("postgres"), "--single", "-D", str(folder), "-c", "exit_on_error=on", "template1"],
            statements,
        )

    def _command(self, program: str) -> list[str]:
        return [*self._account.prefix, str(postgres_program(program))]

    def _run(self, command: Sequence[str], stdin: str = "") -> None:
        done = subprocess.run(
            command, input=stdin, capture_output=True, text=True, env=clean_environment(), cwd=os.sep, check=False
        )
        if done.returncode != 0:
            raise ServiceFailed(f"the database cluster could not be made: {done.stderr[-2000:]}")


def _takes_connections(state: State) -> bool:
    return PGconn.ping(state.urls.database_url.encode()) == Ping.OK


def _check_login(state: State) -> None:
    try:
        psycopg.connect(state.urls.database_url, connect_timeout=10).close()
    except psycopg.OperationalError as refused:
        raise ServiceFailed(f"PostgreSQL runs but refuses the account of this folder: {refused}") from refused
