"""Words for the tests of the embedded servers."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil
import psycopg
import redis

from roamgrid.kernel.embedded import ServiceUrls

_OWNER = """
import sys, time
from pathlib import Path
from roamgrid.kernel.embedded import EmbeddedServices
urls = EmbeddedServices(Path(sys.argv[1]), durable=sys.argv[2] == "durable").start()
print(urls.database_url, urls.redis_url, flush=True)
time.sleep(600)
"""


class Owner:
    """Another process that owns the servers of a folder; started when this returns."""

    def __init__(self, data_dir: Path, *, durable: bool = False) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", _OWNER, str(data_dir), "durable" if durable else "volatile"],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        database_url, redis_url = self._process.stdout.readline().split()
        self.pid = self._process.pid
        self.urls = ServiceUrls(database_url, redis_url)

    def end(self, number: signal.Signals) -> None:
        self._process.send_signal(number)
        self._process.communicate()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.end(signal.SIGTERM)


def servers_of(data_dir: Path) -> list[psutil.Process]:
    """Every PostgreSQL and Redis process that works below the folder."""
    root = data_dir.resolve()
    processes = psutil.process_iter(["name", "cwd"])
    ours = (process for process in processes if process.info["name"] in {"postgres", "redis-server"})
    return [process for process in ours if process.info["cwd"] and Path(process.info["cwd"]).is_relative_to(root)]


def ask(urls: ServiceUrls, question: str) -> object:
    """The one value that a query returns."""
    with psycopg.connect(urls.database_url) as connection:
        row = connection.execute(question.encode()).fetchone()
    assert row is not None
    return row[0]


def remember(urls: ServiceUrls, word: str) -> None:
    """Store a word in both servers."""
    with psycopg.connect(urls.database_url) as connection:
        connection.execute("create table if not exists memo (word text)")
        connection.execute("insert into memo values (%s)", [word])
    with redis.Redis.from_url(urls.redis_url) as client:
        client.set("memo", word)


def remembered(urls: ServiceUrls) -> tuple[object, str]:
    """The word that each server knows."""
    with redis.Redis.from_url(urls.redis_url, decode_responses=True) as client:
        return ask(urls, "select word from memo"), str(client.get("memo"))


def kill_all(data_dir: Path) -> None:
    """kill -9 for every server process of the folder."""
    servers = servers_of(data_dir)
    for process in servers:
        os.kill(process.pid, signal.SIGKILL)
    psutil.wait_procs(servers, timeout=10)
