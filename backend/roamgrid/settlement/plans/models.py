"""What a plan says."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from roamgrid.canonical.money import CurrencyCode, Money
from roamgrid.canonical.party import PartyId
from roamgrid.core.sessions.models import Stream


class PlanKind(StrEnum):
    """PASS_THROUGH: the operator's price plus our fees. FIXED_PER_KWH: one price, whatever the operator asks."""

    PASS_THROUGH = "pass_through"
    FIXED_PER_KWH = "fixed_per_kwh"


@dataclass(frozen=True, slots=True)
class PlanVersion:
    """One immutable content of a plan. Prices are net, in `currency`.

    `per_kwh` is there for FIXED_PER_KWH only. `partner_fees`: the session fee at one operator ("NL*ABC") instead of the
    general `session_fee`. `hold`: how much of a driver's money is reserved before a charge starts.
    """

    id: UUID
    code: str
    name: str
    kind: PlanKind
    stream: Stream
    per_kwh: Decimal | None
    session_fee: Decimal
    per_kwh_fee: Decimal
    partner_fees: Mapping[str, Decimal]
    hold: Decimal
    currency: CurrencyCode
    recorded_at: datetime

    def session_fee_at(self, partner: PartyId) -> Decimal:
        """Our net fee for a session at this operator."""
        return self.partner_fees.get(str(partner), self.session_fee)

    @property
    def hold_amount(self) -> Money:
        """What to reserve before a charge."""
        return Money(self.hold, self.currency)
