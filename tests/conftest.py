"""What most tests stand on: a real PostgreSQL and Redis, a migrated database, and two brands in the room.

Every worker process of a test run has a database of its own; every test begins with empty tables.
"""

import os
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from roamgrid.kernel.embedded import ServiceUrls
from roamgrid.tenancy import apply, declaration, migrations
from roamgrid.tenancy.context import TenantContext, TenantSlug
from roamgrid.tenancy.database import Database
from tests.services import shared_services

ROOT = Path(__file__).parents[1]
BRANDS = ("voltara", "kilowind")


@dataclass(frozen=True, slots=True)
class Brands:
    """The two brands; whatever a test does to one, the other must not notice."""

    voltara: TenantContext
    kilowind: TenantContext


@pytest.fixture(scope="session")
def services() -> ServiceUrls:
    """One PostgreSQL and one Redis for the whole run."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
    return shared_services(Path(tempfile.gettempdir()) / f"roamgrid-tests-{run}")


@pytest.fixture(scope="session")
def database_url(services: ServiceUrls) -> str:
    """This worker's database: migrated, both brands applied."""
    name = f"rg_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    with psycopg.connect(services.database_url, autocommit=True) as owner:
        owner.execute(f'drop database if exists "{name}"')
        owner.execute(f'create database "{name}"')
    url = _with_database(services.database_url, name)
    migrations.migrate(url)
    for slug in BRANDS:
        apply.apply(url, declaration.load(ROOT / "tenants" / slug))
    return url


@pytest.fixture
def redis_url(services: ServiceUrls) -> str:
    """This worker's Redis database."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    return f"{services.redis_url.rstrip('/')}/{int(worker) + 1}"


@pytest.fixture
def clean_tables(database_url: str) -> Iterator[None]:
    """Empty every table of both brands and the bus, before the test."""
    with psycopg.connect(database_url, autocommit=True) as owner:
        rows = owner.execute(
            "select schemaname, tablename from pg_tables where schemaname like 't\\_%' and tablename <> 'alembic_version'"
        ).fetchall()
        tables = ", ".join(f'"{schema}"."{table}"' for schema, table in rows)
        owner.execute(f"truncate platform.outbox, platform.inbox, {tables} restart identity cascade")
    yield


@pytest.fixture
async def database(database_url: str, clean_tables: None) -> AsyncIterator[Database]:
    """The opened database with empty tables."""
    database = Database(database_url, max_connections=6)
    await database.open()
    try:
        yield database
    finally:
        await database.close()


@pytest.fixture
def brands(database: Database) -> Brands:
    """Contexts of the two brands."""
    return Brands(*(database.context(TenantSlug(slug)) for slug in BRANDS))


def drop_database(server: psycopg.Connection[Any], name: str) -> None:
    """Throw out who is in it. A maintenance worker of the server cannot be thrown out, but it leaves soon."""
    while True:
        try:
            server.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))
            return
        except (psycopg.errors.InsufficientPrivilege, psycopg.errors.ObjectInUse):
            time.sleep(0.1)


def _with_database(url: str, name: str) -> str:
    base, _, query = url.partition("?")
    path = base.rsplit("/", 1)[0]
    return f"{path}/{name}" + (f"?{query}" if query else "")
