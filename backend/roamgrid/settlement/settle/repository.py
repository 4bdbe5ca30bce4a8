"""The disposition table: one row per CDR, written once."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel, col, select

from roamgrid.core.sessions.models import Stream
from roamgrid.settlement.settle.models import Disposition, State
from roamgrid.tenancy.database import OrmWork

_LOCK = text("select 1 from cdr where id = :cdr for no key update")


class DispositionRow(SQLModel, table=True):
    """What became of a CDR."""

    __tablename__ = "disposition"

    cdr: UUID = Field(primary_key=True)
    state: str
    reason: str | None
    verdict: str | None
    evidence: dict[str, Any] = Field(sa_type=JSONB)
    stream: str | None
    driver_id: UUID | None
    authorization_reference: str | None
    plan_version: UUID | None
    tariff_version: UUID | None
    rule_pack: str | None
    receipt: UUID | None
    at: datetime


async def lock(work: OrmWork, cdr: UUID) -> None:
    """Whoever else settles this CDR waits until we are done, and then finds it settled."""
    await (await work.session.connection()).execute(_LOCK, {"cdr": cdr})


async def add(work: OrmWork, disposition: Disposition) -> None:
    """Put the outcome on record."""
    fields = {name: getattr(disposition, name) for name in DispositionRow.model_fields}
    stream = disposition.stream.value if disposition.stream else None
    work.session.add(
        DispositionRow(**{**fields, "state": disposition.state.value, "stream": stream, "evidence": dict(disposition.evidence)})
    )
    await work.session.flush()


async def get(work: OrmWork, cdr: UUID) -> Disposition | None:
    """The outcome of a CDR, None while it is waiting."""
    row = await work.session.get(DispositionRow, cdr)
    return _disposition(row) if row else None


async def by_reference(work: OrmWork, reference: str) -> Disposition | None:
    """The outcome of the charge that was started under a reference: of several CDRs the first."""
    statement = select(DispositionRow).where(DispositionRow.authorization_reference == reference)
    row = (await work.session.exec(statement.order_by(col(DispositionRow.at)).limit(1))).first()
    return _disposition(row) if row else None


def _disposition(row: DispositionRow) -> Disposition:
    fields = {name: getattr(row, name) for name in DispositionRow.model_fields}
    return Disposition(**{**fields, "state": State(row.state), "stream": Stream(row.stream) if row.stream else None})
