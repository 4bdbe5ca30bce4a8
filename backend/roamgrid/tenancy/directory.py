"""Which brands exist: looked up by host or by name, kept for a few seconds."""

import asyncio
from dataclasses import dataclass, field

import structlog
from psycopg.rows import DictRow
from pydantic import ValidationError

from roamgrid.kernel.clock import Clock, SystemClock
from roamgrid.kernel.errors import NotFound
from roamgrid.tenancy.context import Binding, TenantContext, TenantSlug
from roamgrid.tenancy.database import Database
from roamgrid.tenancy.declaration import TenantDeclaration

log = structlog.get_logger(__name__)

_FRESH_FOR_S = 5.0
_NEGATIVE_FRESH_FOR_S = 0.5
"""An unknown name makes us look again at once, but not more often than this: a flood of wrong hosts costs nothing."""


class UnknownTenant(NotFound):
    """No brand of that name or host exists here."""

    code = "UNKNOWN_TENANT"
    hint = "List the brands with `roamgrid tenant list`; apply a new one with `roamgrid tenant apply`."


@dataclass(frozen=True, slots=True)
class Tenant:
    """One brand: where its data is and what it declares."""

    binding: Binding
    declaration: TenantDeclaration

    @property
    def slug(self) -> TenantSlug:
        return self.binding.slug

    def context(self, actor: str = "system") -> TenantContext:
        return TenantContext(self.binding, actor=actor)


@dataclass(slots=True)
class Directory:
    """A short-lived copy of the directory, per process."""

    database: Database
    clock: Clock = field(default_factory=SystemClock)
    _tenants: dict[str, Tenant] = field(default_factory=dict)
    _hosts: dict[str, str] = field(default_factory=dict)
    _read_at: float = float("-inf")  # rule-ok: seconds of a clock, not money
    _reading: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def by_slug(self, slug: str) -> Tenant:
        """Raises `UnknownTenant`."""
        await self._refresh(stale=slug not in self._tenants)
        if slug not in self._tenants:
            raise UnknownTenant(f"there is no brand {slug!r}")
        return self._tenants[slug]

    async def by_host(self, host: str) -> Tenant:
        """`host` may carry a port. Raises `UnknownTenant`."""
        name = host.rsplit(":", 1)[0].lower().rstrip(".")
        await self._refresh(stale=name not in self._hosts)
        if name not in self._hosts:
            raise UnknownTenant(f"no brand answers at {name!r}")
        return self._tenants[self._hosts[name]]

    async def all(self) -> list[Tenant]:
        """Every brand, by name."""
        await self._refresh(stale=True)
        return sorted(self._tenants.values(), key=lambda tenant: tenant.slug)

    async def _refresh(self, *, stale: bool) -> None:
        if self._is_fresh(_NEGATIVE_FRESH_FOR_S if stale else _FRESH_FOR_S):
            return
        async with self._reading:
            if not self._is_fresh(_NEGATIVE_FRESH_FOR_S):
                await self._read()

    def _is_fresh(self, for_s: float) -> bool:
        """False also when the clock was set back: better one read too many than a directory that is never read again."""
        return 0 <= self.clock.now().timestamp() - self._read_at < for_s

    async def _read(self) -> None:
        now = self.clock.now().timestamp()
        async with self.database.platform() as conn:
            rows = await (
                await conn.execute("select slug, schema_name, role_name, declaration from platform.tenant")
            ).fetchall()
            hosts = await (await conn.execute("select host, slug from platform.tenant_host")).fetchall()
        self._tenants = {tenant.slug: tenant for tenant in map(_tenant, rows) if tenant is not None}
        self._hosts = {row["host"]: row["slug"] for row in hosts if row["slug"] in self._tenants}
        self._read_at = now


def _tenant(row: DictRow) -> Tenant | None:
    """None for a declaration that this version cannot read: one brand's trouble is not the others'."""
    try:
        declaration = TenantDeclaration.model_validate(row["declaration"])
    except ValidationError as error:
        log.error("directory.unreadable", tenant=row["slug"], error=str(error))
        return None
    return Tenant(Binding(row["slug"], row["schema_name"], row["role_name"]), declaration)
