"""What finance should look at: recorded once, never a reason to stop."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlmodel import Field, SQLModel, col, select

from roamgrid.kernel.ids import new_id
from roamgrid.tenancy.database import OrmWork


class FindingKind(StrEnum):
    """CDR_CONFLICT: one CDR id, two contents (subject: the conflict). CAPTURE_SHORT: the bill exceeds what was held.
    CAPTURE_FAILED: the provider refused the capture (subject of both: the payment's reference)."""

    CDR_CONFLICT = "CDR_CONFLICT"
    CAPTURE_SHORT = "CAPTURE_SHORT"
    CAPTURE_FAILED = "CAPTURE_FAILED"


class FindingRow(SQLModel, table=True):
    """The finding table; one row per kind and subject."""

    __tablename__ = "finding"

    id: UUID = Field(primary_key=True)
    kind: str
    subject: str
    detail: dict[str, Any] = Field(sa_type=JSONB)
    at: datetime


async def record(work: OrmWork, kind: FindingKind, subject: str, **detail: str) -> None:
    """Note a finding; the same kind and subject again changes nothing."""
    row = {"id": new_id(), "kind": kind.value, "subject": subject, "detail": detail, "at": work.ctx.clock.now()}
    await work.session.exec(insert(FindingRow).values(row).on_conflict_do_nothing())


async def of(work: OrmWork, subject: str) -> list[FindingRow]:
    """What was found about a subject, oldest first."""
    statement = select(FindingRow).where(FindingRow.subject == subject).order_by(col(FindingRow.at))
    return list(await work.session.exec(statement))
