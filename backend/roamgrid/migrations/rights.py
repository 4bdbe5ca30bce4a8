"""Statements about roles: their names depend on the database and the schema that a revision runs in."""

from typing import LiteralString

from alembic import op
from psycopg import sql
from sqlalchemy import text


def run(statement: LiteralString) -> None:
    """Execute DDL in which `{tenant}`, `{tenants}`, `{platform}` and `{authorize}` stand for the roles of this database.

    DDL takes no parameters; the names are quoted as identifiers.
    """
    row = op.get_bind().execute(text("select current_database() as database, current_schema() as schema")).one()
    roles = {part: sql.Identifier(f"{row.database}.{part}") for part in ("tenants", "platform", "authorize")}
    op.execute(sql.SQL(statement).format(tenant=sql.Identifier(f"{row.database}.{row.schema}"), **roles).as_string())
