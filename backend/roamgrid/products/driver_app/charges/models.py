"""What a charge is to its driver."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from roamgrid.canonical.money import CurrencyCode
from roamgrid.core.locations.models import ConnectorTarget
from roamgrid.identity.access import DriverId
from roamgrid.pricing import VerdictKind
from roamgrid.products.driver_app.charges.states import ChargeState, Settled, is_final
from roamgrid.products.driver_app.offers.models import ShownComponent, Versions


@dataclass(frozen=True, slots=True)
class TakenOffer:
    """The offer as it was taken: kept with the charge, whatever becomes of tariff and plan."""

    versions: Versions
    shown: tuple[ShownComponent, ...]
    valid_until: datetime


@dataclass(frozen=True, slots=True)
class Failure:
    """Why it did not work, for the driver."""

    code: str
    message: str
    hint: str


@dataclass(frozen=True, slots=True)
class RunningCost:
    """What the charge costs so far: an estimate until the bill, tax included."""

    gross: Decimal
    currency: CurrencyCode


@dataclass(frozen=True, slots=True)
class Claim:
    """What the operator asks for the charge (net), and how that compares with our own calculation; None: nothing to compare."""

    cdr_id: str
    net: Decimal
    currency: CurrencyCode
    verdict: VerdictKind | None


@dataclass(frozen=True, slots=True)
class Progress:
    """The part of a charge that follows from what others report; derived again at every report.

    `kwh` energy so far; `session` our id of the operator's session, `session_version` its last report taken in.
    """

    states: tuple[ChargeState, ...] = (ChargeState.REQUESTED,)
    failure: Failure | None = None
    command: UUID | None = None
    session: UUID | None = None
    session_version: int | None = None
    kwh: Decimal = Decimal(0)
    started_at: datetime | None = None
    ended_at: datetime | None = None
    running: RunningCost | None = None
    settled: Settled | None = None
    claim: Claim | None = None
    receipt: UUID | None = None

    @property
    def state(self) -> ChargeState:
        return self.states[-1]

    @property
    def final(self) -> bool:
        return is_final(self.states, self.settled)


@dataclass(frozen=True, slots=True)
class Charge:
    """One charge of one driver. `reference` is the grant under which it was started."""

    id: UUID
    driver: DriverId
    reference: str
    place: ConnectorTarget
    offer: TakenOffer
    created_at: datetime
    progress: Progress
    version: int
