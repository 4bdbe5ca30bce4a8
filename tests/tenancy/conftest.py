"""Databases of one test alone, and brands to fill them with."""

import os
from collections.abc import Iterator

import psycopg
import pytest
from psycopg import sql

from roamgrid.kernel.embedded import ServiceUrls
from roamgrid.tenancy.declaration import TenantDeclaration
from tests.conftest import _with_database, drop_database


@pytest.fixture
def new_url(services: ServiceUrls) -> Iterator[str]:
    """An empty database; it and its roles are gone afterwards."""
    name = f"rg_new_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    with psycopg.connect(services.database_url, autocommit=True) as server:
        forget(server, name)
        server.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
        yield _with_database(services.database_url, name)
        forget(server, name)


def forget(server: psycopg.Connection[tuple[object, ...]], name: str) -> None:
    """Drop a database and the roles that carry its name."""
    drop_database(server, name)
    for (role,) in server.execute("select rolname from pg_roles where starts_with(rolname, %s)", (f"{name}.",)).fetchall():
        server.execute(sql.SQL("drop role {}").format(sql.Identifier(str(role))))


def brand(slug: str = "acme", party: str = "ACM", **changes: object) -> TenantDeclaration:
    """A brand with one host, one party and one plan."""
    return TenantDeclaration.model_validate(
        {
            "slug": slug,
            "name": slug.title(),
            "hosts": (f"{slug}.localhost",),
            "parties": ({"country_code": "NL", "party_id": party, "name": slug.title()},),
            "theme": {"primary": "#112233", "accent": "#445566", "logo_text": slug},
            "locales": ("nl-NL",),
            "currency": "EUR",
            "country": "NL",
            "jurisdictions": ("eu_afir",),
            "plans": ({"code": "adhoc", "name": "Ad hoc", "kind": "pass_through", "stream": "ad_hoc", "default": True},),
            **changes,
        }
    )
