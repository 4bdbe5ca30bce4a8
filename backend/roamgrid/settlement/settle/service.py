"""Settle one CDR: whose it is, whether the claim holds, what the driver owes. All of it in the caller's one transaction."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from roamgrid.bus.events import Event, publish
from roamgrid.canonical.cdr import Cdr
from roamgrid.canonical.money import Money
from roamgrid.core.cdrs import service as cdrs
from roamgrid.core.cdrs.models import CdrRow
from roamgrid.core.parties import service as parties
from roamgrid.core.tokens.reference import References
from roamgrid.extensions import Registry, RulePack, RulePackUnavailable, TaxRateUnknown
from roamgrid.pricing import VerdictKind
from roamgrid.settlement import plans
from roamgrid.settlement.journal.service import book_wholesale
from roamgrid.settlement.plans.errors import UnknownPlan
from roamgrid.settlement.plans.models import PlanVersion
from roamgrid.settlement.receipts import service as receipts
from roamgrid.settlement.receipts.models import ReceiptPins, Visit
from roamgrid.settlement.settle import repository
from roamgrid.settlement.settle.attribution import Attribution, attribute
from roamgrid.settlement.settle.bill import bill_of, supply_of, without_sale
from roamgrid.settlement.settle.classify import classify
from roamgrid.settlement.settle.errors import NotBillable
from roamgrid.settlement.settle.models import Disposition, Reason, State
from roamgrid.settlement.settle.verification import Verification, basis_of, verify
from roamgrid.tenancy.context import TenantContext
from roamgrid.tenancy.database import OrmWork

Jurisdictions = Callable[[TenantContext], Awaitable[Sequence[str]]]
"""Ids of the jurisdiction plugins that a brand has chosen, for charges that no offer preceded."""


@dataclass(frozen=True, slots=True)
class Settler:
    """Settles CDRs of all brands."""

    registry: Registry
    jurisdictions: Jurisdictions
    references: References

    async def settle(self, work: OrmWork, cdr: UUID) -> Disposition:
        """The one disposition of a CDR; settling again returns the first and changes nothing. Announces `cdr.settled.v1`."""
        await repository.lock(work, cdr)
        known = await repository.get(work, cdr)
        if known is not None:
            return known
        row = await cdrs.get(work, cdr)
        if row is None:
            raise LookupError(f"CDR {cdr} was announced but is not stored: CDRs are never deleted")
        disposition = await self._settle(work, row)
        await repository.add(work, disposition)
        payload = {"cdr": str(cdr), "state": disposition.state, "reference": disposition.authorization_reference}
        await publish(work, Event("cdr.settled.v1", f"cdr:{cdr}", 3, payload))
        return disposition

    async def _settle(self, work: OrmWork, row: CdrRow) -> Disposition:
        draft = Disposition(row.id, State.ERROR, None, None, {}, None, None, None, None, None, None, None, work.ctx.clock.now())
        try:
            owner = await attribute(work, row, self.references)
        except NotBillable as stop:
            return _stopped(draft, without_sale(row.cdr) or stop)
        draft = replace(draft, driver_id=owner.driver_id, authorization_reference=owner.reference)
        no_sale = without_sale(row.cdr)
        if no_sale is not None:
            return _stopped(draft, no_sale)
        verification = verify(row.cdr, await basis_of(work, row, owner.grant.pins.tariff_version if owner.grant else None))
        draft = replace(
            draft,
            verdict=verification.verdict.kind.value,
            evidence=verification.evidence,
            tariff_version=verification.basis.version,
        )
        try:
            return await self._bill(work, row, owner, verification, draft)
        except NotBillable as stop:
            return _stopped(draft, stop)
        except (UnknownPlan, RulePackUnavailable, TaxRateUnknown) as error:
            return _stopped(draft, NotBillable(State.ERROR, Reason(error.code), error.message))

    async def _bill(
        self, work: OrmWork, row: CdrRow, owner: Attribution, verification: Verification, draft: Disposition
    ) -> Disposition:
        if await receipts.is_billed(work, owner.charge_key):
            raise NotBillable(State.ERROR, Reason.CHARGE_ALREADY_BILLED, "another CDR of this charge was billed before")
        if verification.verdict.kind is VerdictKind.MISMATCH:
            raise NotBillable(State.DISPUTED, Reason.CLAIM_DIFFERS, "; ".join(verification.verdict.reasons))
        plan = await self._plan(work, owner)
        rules = await self._rules(work.ctx, owner)
        stream = classify(owner.grant, row.cdr.token, plan)
        draft = replace(draft, stream=stream, plan_version=plan.id, rule_pack=rules.version)
        bill = bill_of(row.cdr, plan, verification.basis, rules.tax_rate(supply_of(row.cdr, verification.basis)))
        await book_wholesale(work, row.id, row.cdr.party, Money(row.cdr.total_cost.net, row.cdr.currency))
        if not bill.gross:
            return replace(draft, state=State.EXEMPT, reason=Reason.NOTHING_DUE)
        receipt = await receipts.issue(
            work,
            cdr=row.id,
            charge_key=owner.charge_key,
            driver_id=owner.driver_id,
            reference=owner.reference,
            stream=stream,
            bill=bill,
            pins=ReceiptPins(plan.id, verification.basis.version, rules.version),
            visit=await _visit(work, row.cdr),
        )
        return replace(draft, state=State.BILLED, receipt=receipt)

    async def _plan(self, work: OrmWork, owner: Attribution) -> PlanVersion:
        if owner.grant is None:
            return await plans.service.default(work)
        return await plans.service.version(work, owner.grant.pins.plan_version)

    async def _rules(self, ctx: TenantContext, owner: Attribution) -> RulePack:
        if owner.grant is None:
            return self.registry.resolve(await self.jurisdictions(ctx))
        return self.registry.pinned(owner.grant.pins.rule_pack)


def _stopped(draft: Disposition, stop: NotBillable) -> Disposition:
    return replace(draft, state=stop.state, reason=stop.reason, evidence={**draft.evidence, "text": stop.message})


async def _visit(work: OrmWork, cdr: Cdr) -> Visit:
    place = cdr.place
    return Visit(
        operator=await parties.name_of(work, cdr.party) or str(cdr.party),
        evse_id=place.evse_id,
        address=place.address,
        city=place.city,
        country=place.country,
        started_at=cdr.start,
        ended_at=cdr.end,
        kwh=cdr.total_energy,
    )
