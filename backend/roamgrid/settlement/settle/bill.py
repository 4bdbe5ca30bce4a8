"""What a CDR comes to for the driver. Pure."""

from zoneinfo import ZoneInfo

from roamgrid.canonical.cdr import Cdr
from roamgrid.extensions import TaxRate, TaxRequest
from roamgrid.settlement.plans.models import PlanKind, PlanVersion
from roamgrid.settlement.retail import RetailBill, rate, sold
from roamgrid.settlement.settle.errors import NotBillable
from roamgrid.settlement.settle.models import Reason, State
from roamgrid.settlement.settle.verification import Basis


def without_sale(cdr: Cdr) -> NotBillable | None:
    """Why a record tells of no sale to a driver, None: it does."""
    if cdr.credit:
        return NotBillable(State.ERROR, Reason.CREDIT_NOT_SUPPORTED, f"it credits CDR {cdr.credit_reference_id}")
    if cdr.home_charging_compensation:
        return NotBillable(State.EXEMPT, Reason.HOME_CHARGING, "the operator compensates a home charger")
    if not cdr.total_energy and not cdr.total_cost.net and not cdr.total_cost.gross:
        return NotBillable(State.EXEMPT, Reason.NOTHING_USED, "no energy was taken and nothing is claimed")
    return None


def supply_of(cdr: Cdr, basis: Basis) -> TaxRequest:
    """Electricity is taxed where it is used (Directive 2006/112/EC, Article 39), by the law of the local day it began."""
    start = cdr.start.astimezone(ZoneInfo(basis.time_zone)) if basis.time_zone else cdr.start
    return TaxRequest(cdr.place.country, start.date())


def bill_of(cdr: Cdr, plan: PlanVersion, basis: Basis, tax: TaxRate) -> RetailBill:
    """The retail bill by the plan. A pass-through without a sound rating passes the operator's claim on.

    Raises `NotBillable` for a currency that is not the plan's and for a total below zero.
    """
    if plan.kind is PlanKind.PASS_THROUGH and cdr.currency != plan.currency:
        text = f"the operator asks for {cdr.currency}, the plan is in {plan.currency}"
        raise NotBillable(State.ERROR, Reason.CURRENCY_MISMATCH, text)
    wholesale = basis.rate(sold(basis.tariff, tax), cdr) if basis.tariff is not None and basis.sound else None
    bill = rate(plan, wholesale, cdr.total_energy, cdr.party, tax, plan.currency, claim=cdr.total_cost.net)
    if bill.gross < 0:
        raise NotBillable(State.ERROR, Reason.NEGATIVE_TOTAL, f"the bill would be {bill.gross} {bill.currency}")
    return bill
