"""All invariants of all rooms, over the whole deployment."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from roamgrid.bus.checks import outbox_drained
from roamgrid.kernel.checks import Check
from roamgrid.settlement import checks as settlement_checks
from roamgrid.tenancy.checks import no_orphan_tenant_objects
from roamgrid.tenancy.database import Database
from roamgrid.tenancy.directory import Directory

PLATFORM = "platform"


@dataclass(frozen=True, slots=True)
class ScopedCheck:
    """A check and whose it is: a brand's, or the platform's."""

    scope: str
    check: Check

    def as_dict(self) -> dict[str, Any]:
        """For reports."""
        check = self.check
        return {"scope": self.scope, "name": check.name, "ok": check.ok, "detail": check.detail, "figures": dict(check.figures)}


async def verify_all(database: Database, directory: Directory, grace_s: int) -> list[ScopedCheck]:
    """Ask every invariant once. `grace_s`: how long something may be under way without counting as lost."""
    grace = timedelta(seconds=grace_s)
    found = [
        ScopedCheck(PLATFORM, await outbox_drained(database, grace)),
        ScopedCheck(PLATFORM, await no_orphan_tenant_objects(database)),
    ]
    for tenant in await directory.all():
        async with database.work(tenant.context(actor="verify")) as work:
            found += [ScopedCheck(tenant.slug, check) for check in await settlement_checks.verify(work, grace)]
    return found
