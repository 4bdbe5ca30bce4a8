"""What the session store takes and hands out."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from roamgrid.canonical.party import PartyId, SourceId
from roamgrid.canonical.session import SessionStatus


class Stream(StrEnum):
    """Which of the three billing streams a charge belongs to."""

    AD_HOC = "ad_hoc"
    SUBSCRIPTION = "subscription"
    B2B = "b2b"


@dataclass(frozen=True, slots=True)
class Pins:
    """The versions that the offer was made from: the bill uses exactly these. `offer` is what the driver was shown."""

    plan_version: UUID
    rule_pack: str
    tariff_version: UUID | None = None
    offer: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Grant:
    """A permission to charge that we gave. `reference` (36 characters at most) comes back in the session and the CDR."""

    reference: str
    source: SourceId
    driver_id: UUID | None
    token_uid: str
    stream: Stream
    pins: Pins
    created_at: datetime


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A session as last reported. `version` rises with every accepted push."""

    id: UUID
    source: SourceId
    party: PartyId
    session_id: str
    status: SessionStatus
    kwh: Decimal
    currency: str
    total_net: Decimal | None
    total_gross: Decimal | None
    token_uid: str
    authorization_reference: str | None
    location_id: str
    evse_uid: str
    connector_id: str
    started_at: datetime
    ended_at: datetime | None
    last_updated: datetime
    version: int
    raw: str


@dataclass(frozen=True, slots=True)
class Put:
    """`applied` False: the push was older than what is stored, or the session had ended. `id` None: then nothing is stored."""

    applied: bool
    id: UUID | None
