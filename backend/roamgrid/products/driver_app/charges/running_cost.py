"""What a running charge costs so far: the pinned tariff and plan on the operator's last report. An estimate."""

from datetime import datetime

from roamgrid.canonical.session import ChargingPeriod, Volume
from roamgrid.core.sessions.models import SessionRow
from roamgrid.core.tariffs import service as tariffs
from roamgrid.extensions import Registry, RulePackUnavailable, TaxRate, TaxRateUnknown, TaxRequest
from roamgrid.pricing import Usage, rate
from roamgrid.pricing.usage import hours
from roamgrid.products.driver_app.charges.models import Charge, RunningCost
from roamgrid.settlement import plans, retail
from roamgrid.settlement.plans.models import PlanKind
from roamgrid.tenancy.database import OrmWork


async def running_cost(work: OrmWork, registry: Registry, charge: Charge, session: SessionRow) -> RunningCost | None:
    """The gross amount for what the session has come to; None where tariff or tax rate are unknown.

    Without the operator's periods all of the time counts as charging: parking fees appear on the bill only.
    """
    versions = charge.offer.versions
    tax = _tax(registry, charge, session.started_at)
    plan = await plans.service.version(work, versions.plan)
    if tax is None:
        return None
    if plan.kind is PlanKind.FIXED_PER_KWH:
        bill = retail.rate(plan, None, session.kwh, charge.place.party, tax, plan.currency)
        return RunningCost(bill.gross, bill.currency)
    tariff = await tariffs.version(work, versions.tariff) if versions.tariff else None
    if tariff is None:
        return None
    wholesale = rate(retail.sold(tariff.tariff, tax), _usage(charge, session))
    bill = retail.rate(plan, wholesale, session.kwh, charge.place.party, tax, tariff.tariff.currency)
    return RunningCost(bill.gross, bill.currency)


def _usage(charge: Charge, session: SessionRow) -> Usage:
    end = session.ended_at or max(session.last_updated, session.started_at)
    volumes = (Volume("ENERGY", session.kwh), Volume("TIME", hours(end - session.started_at)))
    return Usage(session.started_at, end, (ChargingPeriod(session.started_at, volumes),), charge.place.time_zone, derived=True)


def _tax(registry: Registry, charge: Charge, at: datetime) -> TaxRate | None:
    try:
        rules = registry.pinned(charge.offer.versions.rule_pack)
        return rules.tax_rate(TaxRequest(charge.place.country, at.date()))
    except (RulePackUnavailable, TaxRateUnknown):
        return None
