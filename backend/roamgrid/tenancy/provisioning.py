"""Schemas, roles and grants. Runs as the database's owner, never on a request's connection.

The owner need not be a superuser: CREATEROLE and the database are enough. It may become each role (SET) but does not hold
their rights by itself (no INHERIT), so that a connection which nobody bound reaches no more than its own.
"""

from sqlalchemy import Connection, text

from roamgrid.tenancy.context import Binding
from roamgrid.tenancy.naming import PLATFORM_SCHEMA, RoleNames


def ensure_platform(connection: Connection, roles: RoleNames) -> None:
    """The shared schema and the three group roles; changes nothing when they exist."""
    for role in (roles.platform, roles.tenants, roles.authorize):
        _ensure_role(connection, role)
    _run(connection, f"create schema if not exists {PLATFORM_SCHEMA}")
    _run(connection, f'grant usage on schema {PLATFORM_SCHEMA} to "{roles.platform}", "{roles.tenants}"')
    for kind, rights in (("tables", "select, insert, update, delete"), ("sequences", "usage")):
        _run(connection, f'alter default privileges in schema {PLATFORM_SCHEMA} grant {rights} on {kind} to "{roles.platform}"')


def ensure_tenant(connection: Connection, roles: RoleNames, binding: Binding) -> None:
    """A tenant's schema and its NOLOGIN role; the role owns nothing and reaches nothing else."""
    _ensure_role(connection, binding.role)
    _run(connection, f'grant "{roles.tenants}" to "{binding.role}"')
    _run(connection, f'create schema if not exists "{binding.schema}"')
    _run(connection, f'grant usage on schema "{binding.schema}" to "{binding.role}", "{roles.authorize}"')
    for kind, rights in (("tables", "select, insert, update, delete"), ("sequences", "usage")):
        _run(connection, f'alter default privileges in schema "{binding.schema}" grant {rights} on {kind} to "{binding.role}"')


def drop_tenant(connection: Connection, binding: Binding) -> None:
    """Delete a tenant's schema, everything in it, and its role."""
    _run(connection, f'drop schema if exists "{binding.schema}" cascade')
    _run(connection, f'drop role if exists "{binding.role}"')


def _ensure_role(connection: Connection, role: str) -> None:
    if not _role_exists(connection, role):
        _run(connection, f'create role "{role}" nologin')
    _run(connection, f'grant "{role}" to current_user with inherit false, set true')


def _role_exists(connection: Connection, role: str) -> bool:
    return connection.execute(text("select 1 from pg_roles where rolname = :role"), {"role": role}).first() is not None


def _run(connection: Connection, statement: str) -> None:
    """Identifiers come from `naming`, which admits neither quotes nor anything else that could end one."""
    connection.exec_driver_sql(statement)
