"""What became of a CDR, and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from roamgrid.core.sessions.models import Stream


class State(StrEnum):
    """BILLED: there is a receipt. EXEMPT: nothing is due. DISPUTED: the operator must explain. ERROR: finance must act."""

    BILLED = "billed"
    EXEMPT = "exempt"
    DISPUTED = "disputed"
    ERROR = "error"


class Reason(StrEnum):
    """Why a CDR was not billed. Stable: finance counts them."""

    HOME_CHARGING = "HOME_CHARGING"
    NOTHING_USED = "NOTHING_USED"
    NOTHING_DUE = "NOTHING_DUE"
    CLAIM_DIFFERS = "CLAIM_DIFFERS"
    CREDIT_NOT_SUPPORTED = "CREDIT_NOT_SUPPORTED"
    UNKNOWN_TOKEN = "UNKNOWN_TOKEN"
    UNKNOWN_SESSION = "UNKNOWN_SESSION"
    TOKEN_WITHOUT_DRIVER = "TOKEN_WITHOUT_DRIVER"
    TOKEN_NOT_OF_GRANT = "TOKEN_NOT_OF_GRANT"
    CHARGE_ALREADY_BILLED = "CHARGE_ALREADY_BILLED"
    CURRENCY_MISMATCH = "CURRENCY_MISMATCH"
    NEGATIVE_TOTAL = "NEGATIVE_TOTAL"
    PLAN_UNKNOWN = "PLAN_UNKNOWN"
    RULE_PACK_UNAVAILABLE = "RULE_PACK_UNAVAILABLE"
    TAX_RATE_UNKNOWN = "TAX_RATE_UNKNOWN"


@dataclass(frozen=True, slots=True)
class Disposition:
    """The one outcome of a CDR. `reason` None: billed. `evidence`: what was compared and how it came out, amounts as text."""

    cdr: UUID
    state: State
    reason: str | None
    verdict: str | None
    evidence: Mapping[str, Any]
    stream: Stream | None
    driver_id: UUID | None
    authorization_reference: str | None
    plan_version: UUID | None
    tariff_version: UUID | None
    rule_pack: str | None
    receipt: UUID | None
    at: datetime
