"""Charge detail records: what happened and what the operator wants for it. Immutable."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from roamgrid.canonical.location import Coordinates
from roamgrid.canonical.money import CurrencyCode
from roamgrid.canonical.party import PartyId
from roamgrid.canonical.session import Amount, ChargingPeriod
from roamgrid.canonical.tariff import Tariff
from roamgrid.canonical.token import TokenRef


@dataclass(frozen=True, slots=True)
class CdrPlace:
    """Where it happened, as at the session's start. None: not said, or stored before we kept it."""

    location_id: str
    evse_uid: str
    evse_id: str | None
    connector_id: str
    country: str
    address: str
    city: str
    name: str | None = None
    postal_code: str | None = None
    coordinates: Coordinates | None = None
    connector_standard: str | None = None
    connector_format: str | None = None
    connector_power_type: str | None = None


@dataclass(frozen=True, slots=True)
class Cdr:
    """One finished charge with the operator's claim. Times in hours, energy in kWh."""

    party: PartyId
    id: str
    start: datetime
    end: datetime
    session_id: str | None
    token: TokenRef
    auth_method: str
    authorization_reference: str | None
    place: CdrPlace
    currency: CurrencyCode
    tariffs: tuple[Tariff, ...]
    periods: tuple[ChargingPeriod, ...]
    total_cost: Amount
    total_energy: Decimal
    total_time: Decimal
    total_parking_time: Decimal | None
    credit: bool
    credit_reference_id: str | None
    home_charging_compensation: bool
    last_updated: datetime
    total_fixed_cost: Amount | None = None
    total_energy_cost: Amount | None = None
    total_time_cost: Amount | None = None
    total_parking_cost: Amount | None = None
    total_reservation_cost: Amount | None = None
    invoice_reference_id: str | None = None
    meter_id: str | None = None
    remark: str | None = None
