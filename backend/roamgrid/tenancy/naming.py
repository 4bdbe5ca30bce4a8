"""Names of schemas and roles.

PostgreSQL roles are shared by all databases of a server; the database's name is part of each role, so that two cells
(or two test runs) on one server never share one.
"""

import re
from dataclasses import dataclass
from typing import Self

from sqlalchemy.engine import make_url

from roamgrid.kernel.errors import Invalid
from roamgrid.tenancy.context import Binding, TenantSlug

PLATFORM_SCHEMA = "platform"
_SLUG = re.compile(r"[a-z][a-z0-9-]{1,29}")
_DATABASE = re.compile(r"[A-Za-z0-9_.-]+")
_MAX_IDENTIFIER = 63


def slug(text: str) -> TenantSlug:
    """Check a brand's short name. Raises `Invalid`."""
    if not _SLUG.fullmatch(text):
        raise Invalid(f"{text!r} is no tenant name: 2 to 30 of a-z, 0-9, '-', beginning with a letter", field="slug")
    return TenantSlug(text)


@dataclass(frozen=True, slots=True)
class RoleNames:
    """The roles of one database."""

    database: str

    @classmethod
    def of(cls, url: str) -> Self:
        """From a connection URL. Raises `Invalid` when it names no database, or one whose name needs quotes."""
        database = make_url(url).database or ""
        if not _DATABASE.fullmatch(database):
            raise Invalid(f"DATABASE_URL must end with /<database>, of A-Z, a-z, 0-9, '_', '.', '-'; got {database!r}")
        return cls(database)

    @property
    def platform(self) -> str:
        """Reads and writes the shared schema; no tenant's."""
        return self._name("platform")

    @property
    def tenants(self) -> str:
        """What all tenant roles have in common: INSERT into the outbox, their own inbox rows."""
        return self._name("tenants")

    @property
    def authorize(self) -> str:
        """May only read what a real-time authorization needs (D16)."""
        return self._name("authorize")

    def binding(self, tenant: TenantSlug) -> Binding:
        """Schema and role of a tenant in this database."""
        return Binding(tenant, f"t_{tenant.replace('-', '_')}", self._name(f"t_{tenant.replace('-', '_')}"))

    def _name(self, part: str) -> str:
        name = f"{self.database}.{part}"
        if len(name) > _MAX_IDENTIFIER:
            raise Invalid(f"the role name {name!r} is longer than 63 characters: use a shorter database name")
        return name
