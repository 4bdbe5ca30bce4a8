"""Sessions: one charge as it happens."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from roamgrid.canonical.money import CurrencyCode
from roamgrid.canonical.party import PartyId
from roamgrid.canonical.token import TokenRef


class SessionStatus(StrEnum):
    """COMPLETED and INVALID are final."""

    PENDING = "PENDING"
    ACTIVE = "ACTIVE"
    COMPLETED = "COMPLETED"
    INVALID = "INVALID"
    RESERVATION = "RESERVATION"


@dataclass(frozen=True, slots=True)
class Volume:
    """How much of one measured dimension: kWh, hours, A or kW. `dimension` keeps unknown names as text."""

    dimension: str
    volume: Decimal


@dataclass(frozen=True, slots=True)
class ChargingPeriod:
    """A stretch of a session in which nothing relevant to the price changes; ends where the next begins."""

    start: datetime
    volumes: tuple[Volume, ...]
    tariff_id: str | None = None


@dataclass(frozen=True, slots=True)
class Tax:
    """One tax of an amount, as a partner stated it."""

    name: str
    amount: Decimal
    percent: Decimal | None = None
    account_number: str | None = None


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount as a partner stated it: net, and gross where it was said (None: unknown, not zero).

    `taxes` None: the partner does not itemise taxes (before 2.3.0); empty: it stated none, which may mean either.
    """

    net: Decimal
    gross: Decimal | None = None
    taxes: tuple[Tax, ...] | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """One charge. `authorization_reference` is ours, given with the start command or the authorization."""

    party: PartyId
    id: str
    status: SessionStatus
    start: datetime
    end: datetime | None
    kwh: Decimal
    token: TokenRef
    auth_method: str
    authorization_reference: str | None
    location_id: str
    evse_uid: str
    connector_id: str
    currency: CurrencyCode
    periods: tuple[ChargingPeriod, ...]
    total_cost: Amount | None
    last_updated: datetime
