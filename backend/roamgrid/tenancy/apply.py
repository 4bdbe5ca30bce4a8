"""Make the database say what the declarations say: declared, diffed, idempotent."""

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, create_engine, make_url, text

from roamgrid.kernel.errors import Conflict
from roamgrid.tenancy import migrations, provisioning
from roamgrid.tenancy.declaration import TenantDeclaration
from roamgrid.tenancy.directory import UnknownTenant
from roamgrid.tenancy.naming import RoleNames, slug


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between what is declared and what is applied."""

    path: str
    applied: Any
    declared: Any


class PartyTaken(Conflict):
    """Another brand roams under the same party id or answers at the same host."""

    code = "PARTY_OR_HOST_TAKEN"
    hint = "Party ids and hosts belong to one brand; change the declaration or delete the other brand."


def apply(url: str, declaration: TenantDeclaration) -> list[Change]:
    """Create or update one brand and migrate its schema, all in one transaction. Returns what changed.

    The shared schema must exist (`migrations.migrate`). Raises `PartyTaken`.
    """
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"))
    roles = RoleNames.of(url)
    binding = roles.binding(slug(declaration.slug))
    try:
        with engine.begin() as connection:
            migrations.wait_for_others(connection)
            changes = diff(connection, declaration)
            _check_free(connection, declaration)
            provisioning.ensure_tenant(connection, roles, binding)
            _write(connection, declaration, binding.schema, binding.role)
            revision = migrations.upgrade_tenant(connection, migrations.scripts("tenant"), binding.schema)
            migrations.record_revision(connection, declaration.slug, revision, None)
            return changes
    finally:
        engine.dispose()


def diff(connection: Connection, declaration: TenantDeclaration) -> list[Change]:
    """What `apply` would change."""
    row = connection.execute(
        text("select declaration from platform.tenant where slug = :slug"), {"slug": declaration.slug}
    ).first()
    applied = _flat(row[0]) if row else {}
    declared = _flat(declaration.model_dump(mode="json"))
    paths = sorted(applied.keys() | declared.keys())
    return [Change(path, applied.get(path), declared.get(path)) for path in paths if applied.get(path) != declared.get(path)]


def delete(url: str, name: str) -> None:
    """Delete a brand with all its data. Raises `UnknownTenant`."""
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"))
    try:
        with engine.begin() as connection:
            migrations.wait_for_others(connection)
            gone = connection.execute(
                text("delete from platform.tenant where slug = :slug returning slug"), {"slug": name}
            ).first()
            if gone is None:
                raise UnknownTenant(f"there is no brand {name!r}")
            connection.execute(text("delete from platform.outbox where tenant = :slug"), {"slug": name})
            connection.execute(text("delete from platform.inbox where tenant = :slug"), {"slug": name})
            provisioning.drop_tenant(connection, RoleNames.of(url).binding(slug(name)))
    finally:
        engine.dispose()


def _check_free(connection: Connection, declaration: TenantDeclaration) -> None:
    taken = connection.execute(
        text("""
            select host as what, slug from platform.tenant_host where host = any(:hosts) and slug <> :slug
            union all
            select country_code || '*' || party_id, slug from platform.tenant_party
             where country_code || '*' || party_id = any(:parties) and slug <> :slug"""),
        {
            "hosts": list(declaration.hosts),
            "parties": [f"{party.country_code}*{party.party_id}" for party in declaration.parties],
            "slug": declaration.slug,
        },
    ).first()
    if taken is not None:
        raise PartyTaken(f"{taken.what} belongs to {taken.slug!r}")


def _write(connection: Connection, declaration: TenantDeclaration, schema: str, role: str) -> None:
    connection.execute(
        text("""
            insert into platform.tenant (slug, schema_name, role_name, zone, declaration)
            values (:slug, :schema, :role, :zone, cast(:declaration as jsonb))
            on conflict (slug) do update
               set zone = excluded.zone, declaration = excluded.declaration, applied_at = now()"""),
        {
            "slug": declaration.slug,
            "schema": schema,
            "role": role,
            "zone": declaration.zone,
            "declaration": declaration.model_dump_json(),
        },
    )
    connection.execute(text("delete from platform.tenant_host where slug = :slug"), {"slug": declaration.slug})
    connection.execute(text("delete from platform.tenant_party where slug = :slug"), {"slug": declaration.slug})
    connection.execute(
        text("insert into platform.tenant_host (host, slug) values (:host, :slug)"),
        [{"host": host, "slug": declaration.slug} for host in declaration.hosts],
    )
    connection.execute(
        text("insert into platform.tenant_party (country_code, party_id, name, slug) values (:country, :party, :name, :slug)"),
        [
            {"country": party.country_code, "party": party.party_id, "name": party.name, "slug": declaration.slug}
            for party in declaration.parties
        ],
    )


def _flat(value: Any, prefix: str = "") -> dict[str, Any]:
    """Leaves by dotted path; lists count as leaves, so that a reordered list is one change."""
    if isinstance(value, dict):
        return {path: leaf for key, item in value.items() for path, leaf in _flat(item, f"{prefix}{key}.").items()}
    return {prefix.rstrip("."): json.loads(json.dumps(value))}
