"""Who acts for which tenant: the first argument of every use case."""

from dataclasses import dataclass, field
from typing import NewType

from roamgrid.kernel.clock import Clock, SystemClock
from roamgrid.kernel.ids import new_id

TenantSlug = NewType("TenantSlug", str)
"""A brand's short name: lower case letters, digits and hyphens; also the first label of its default host."""


@dataclass(frozen=True, slots=True)
class Binding:
    """The database side of a tenant: its schema, its role, and the name that row security compares."""

    slug: TenantSlug
    schema: str
    role: str


@dataclass(frozen=True, slots=True)
class TenantContext:
    """One request or one event, for one tenant. `actor` reads like `driver:<id>`, `partner:<id>` or `system`."""

    binding: Binding
    actor: str = "system"
    clock: Clock = field(default_factory=SystemClock)
    correlation_id: str = field(default_factory=lambda: str(new_id()))

    @property
    def tenant(self) -> TenantSlug:
        return self.binding.slug
