"""Take over declared plans; find the one that holds."""

from dataclasses import replace
from uuid import UUID

from roamgrid.canonical.money import currency
from roamgrid.core.sessions.models import Stream
from roamgrid.kernel.ids import new_id
from roamgrid.settlement.plans import repository
from roamgrid.settlement.plans.errors import InvalidPlan, UnknownPlan
from roamgrid.settlement.plans.models import PlanKind, PlanVersion
from roamgrid.tenancy.database import OrmWork
from roamgrid.tenancy.declaration import DeclaredPlan, TenantDeclaration


async def apply(work: OrmWork, declaration: TenantDeclaration) -> list[PlanVersion]:
    """Record what changed in the declared plans as new versions, which are returned; what did not change stays as it is.

    A plan that is no longer declared is withdrawn from sale; its versions, and the drivers on it, stay.
    Raises `InvalidPlan`.
    """
    known = await repository.latest(work)
    declared = [_version(work, plan, declaration) for plan in declaration.plans]
    changed = [plan for plan in declared if not _same(plan, known.get(plan.code))]
    for plan in changed:
        await repository.add(work, plan)
    default_code = next(plan.code for plan in declaration.plans if plan.default)
    await repository.offer_only(work, {plan.code for plan in declared}, default_code)
    return changed


async def default(work: OrmWork) -> PlanVersion:
    """The plan of drivers who chose none. Raises `UnknownPlan` before the first `apply`."""
    plan = await repository.default(work)
    if plan is None:
        raise UnknownPlan("the brand has no default plan yet")
    return plan


async def by_code(work: OrmWork, code: str) -> PlanVersion:
    """The version of a plan that holds now. Raises `UnknownPlan`."""
    plan = await repository.by_code(work, code)
    if plan is None:
        raise UnknownPlan(f"there is no plan {code!r}", field="plan")
    return plan


async def version(work: OrmWork, version_id: UUID) -> PlanVersion:
    """The very version that an offer pinned. Raises `UnknownPlan`."""
    plan = await repository.version(work, version_id)
    if plan is None:
        raise UnknownPlan(f"there is no plan version {version_id}", field="plan")
    return plan


def _same(plan: PlanVersion, known: PlanVersion | None) -> bool:
    return known is not None and replace(plan, id=known.id, recorded_at=known.recorded_at) == known


def _version(work: OrmWork, plan: DeclaredPlan, declaration: TenantDeclaration) -> PlanVersion:
    kind = PlanKind(plan.kind)
    fees = (plan.session_fee, plan.per_kwh_fee, *plan.partner_fees.values())
    if kind is PlanKind.FIXED_PER_KWH and (plan.per_kwh is None or any(fees)):
        raise InvalidPlan(f"plan {plan.code!r} has one price per kWh: it needs per_kwh and takes no fees", field="plans")
    if kind is PlanKind.PASS_THROUGH and plan.per_kwh is not None:
        raise InvalidPlan(f"plan {plan.code!r} passes the operator's price on: per_kwh has no meaning there", field="plans")
    return PlanVersion(
        id=new_id(),
        code=plan.code,
        name=plan.name,
        kind=kind,
        stream=Stream(plan.stream),
        per_kwh=plan.per_kwh,
        session_fee=plan.session_fee,
        per_kwh_fee=plan.per_kwh_fee,
        partner_fees=plan.partner_fees,
        hold=plan.hold,
        currency=currency(declaration.currency),
        recorded_at=work.ctx.clock.now(),
    )
