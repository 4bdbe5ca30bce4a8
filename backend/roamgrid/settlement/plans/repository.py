"""Tables of the plan room. A version is inserted once; `plan` points to the one that holds."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel, col, select, update
from sqlmodel.sql.expression import SelectOfScalar

from roamgrid.canonical.money import CurrencyCode
from roamgrid.core.sessions.models import Stream
from roamgrid.settlement.plans.models import PlanKind, PlanVersion
from roamgrid.tenancy.database import OrmWork


class PlanVersionRow(SQLModel, table=True):
    """One content of a plan."""

    __tablename__ = "plan_version"

    id: UUID = Field(primary_key=True)
    code: str
    name: str
    kind: str
    stream: str
    per_kwh: Decimal | None
    session_fee: Decimal
    per_kwh_fee: Decimal
    partner_fees: dict[str, Any] = Field(sa_type=JSONB)
    hold: Decimal
    currency: str
    recorded_at: datetime


class PlanRow(SQLModel, table=True):
    """Which version of a plan holds now, and whether drivers who chose none get it."""

    __tablename__ = "plan"

    code: str = Field(primary_key=True)
    current_version: UUID = Field(foreign_key="plan_version.id")
    is_default: bool
    withdrawn: bool


async def version(work: OrmWork, version_id: UUID) -> PlanVersion | None:
    """Any version, current or not."""
    row = await work.session.get(PlanVersionRow, version_id)
    return _plan(row) if row else None


async def latest(work: OrmWork) -> dict[str, PlanVersion]:
    """The last version of every plan by code, withdrawn ones too: one that comes back unchanged is no new version."""
    return {row.code: _plan(row) for row in await work.session.exec(_holding())}


async def by_code(work: OrmWork, code: str) -> PlanVersion | None:
    """The last version of a plan: drivers stay on a plan that is withdrawn from sale."""
    row = (await work.session.exec(_holding().where(PlanRow.code == code))).first()
    return _plan(row) if row else None


async def default(work: OrmWork) -> PlanVersion | None:
    """The plan of drivers who chose none."""
    row = (await work.session.exec(_holding().where(col(PlanRow.is_default).is_(True)))).first()
    return _plan(row) if row else None


def _holding() -> SelectOfScalar[PlanVersionRow]:
    return select(PlanVersionRow).join(PlanRow, col(PlanRow.current_version) == PlanVersionRow.id)


async def add(work: OrmWork, plan: PlanVersion) -> None:
    """Keep a new version and let its plan point to it."""
    fees = {partner: str(fee) for partner, fee in plan.partner_fees.items()}
    fields = {name: getattr(plan, name) for name in PlanVersionRow.model_fields if name != "partner_fees"}
    work.session.add(PlanVersionRow(**{**fields, "kind": plan.kind.value, "stream": plan.stream.value}, partner_fees=fees))
    await work.session.flush()
    row = await work.session.get(PlanRow, plan.code)
    if row is None:
        work.session.add(PlanRow(code=plan.code, current_version=plan.id, is_default=False, withdrawn=False))
    else:
        row.current_version = plan.id
    await work.session.flush()


async def offer_only(work: OrmWork, codes: set[str], default_code: str) -> None:
    """Withdraw every other plan from sale and name the default one."""
    await work.session.exec(update(PlanRow).values(is_default=False, withdrawn=col(PlanRow.code).not_in(codes)))
    await work.session.exec(update(PlanRow).where(col(PlanRow.code) == default_code).values(is_default=True))


def _plan(row: PlanVersionRow) -> PlanVersion:
    fields = {name: getattr(row, name) for name in PlanVersionRow.model_fields}
    return PlanVersion(
        **{
            **fields,
            "kind": PlanKind(row.kind),
            "stream": Stream(row.stream),
            "currency": CurrencyCode(row.currency),
            "partner_fees": {partner: Decimal(fee) for partner, fee in row.partner_fees.items()},
        }
    )
