"""Which brands exist: looked up by host or by name, kept for a few seconds."""

from dataclasses import dataclass, field

from roamgrid.kernel.clock import Clock, SystemClock
from roamgrid.kernel.errors import NotFound
from roamgrid.tenancy.context import Binding, TenantContext, TenantSlug
from roamgrid.tenancy.database import Database
from roamgrid.tenancy.declaration import TenantDeclaration

_FRESH_FOR_S = 5.0


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
        now = self.clock.now().timestamp()
        age = now - self._read_at
        if age < (_NEGATIVE_FRESH_FOR_S if stale else _FRESH_FOR_S):
            return
        async with self.database.platform() as conn:
            rows = await (await conn.execute("select slug, schema_name, role_name, declaration from platform.tenant")).fetchall()
            hosts = await (await conn.execute("select host, slug from platform.tenant_host")).fetchall()
        self._tenants = {
            row["slug"]: Tenant(
                Binding(row["slug"], row["schema_name"], row["role_name"]), TenantDeclaration.model_validate(row["declaration"])
            )
            for row in rows
        }
        self._hosts = {row["host"]: row["slug"] for row in hosts}
        self._read_at = now


_NEGATIVE_FRESH_FOR_S = 0.5
"""An unknown name makes us look again at once, but not more often than this: a flood of wrong hosts costs nothing."""
