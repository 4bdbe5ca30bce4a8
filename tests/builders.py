"""Values to say only what a test is about; everything else is plausible."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from roamgrid.canonical.cdr import Cdr, CdrPlace
from roamgrid.canonical.location import Connector, Coordinates, Evse, EvseStatus, Location
from roamgrid.canonical.money import CurrencyCode
from roamgrid.canonical.party import PartyId, SourceId
from roamgrid.canonical.session import Amount, ChargingPeriod, Session, SessionStatus, Volume
from roamgrid.canonical.tariff import Dimension, PriceComponent, Tariff, TariffElement, TaxIncluded
from roamgrid.canonical.token import TokenRef
from roamgrid.core.received import Received
from roamgrid.kernel import json

SOURCE = SourceId(UUID("00000000-0000-7000-8000-00000000c0de"))
OPERATOR = PartyId("NL", "GRF")
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


def connector(**changes: Any) -> Connector:
    """A 22 kW socket on tariff T1."""
    value = Connector("1", "IEC_62196_T2", "SOCKET", "AC_3_PHASE", 230, 32, 22080, True, ("T1",), NOON)
    return replace(value, **changes)


def evse(uid: str = "E1", *connectors: Connector, **changes: Any) -> Evse:
    """A free charging point with one socket."""
    value = Evse(
        uid, f"NL*GRF*{uid}", f"nlgrf{uid.lower()}", EvseStatus.AVAILABLE, (), None, None, connectors or (connector(),), NOON
    )
    return replace(value, **changes)


def location(location_id: str = "LOC1", *evses: Evse, lat: str = "52.0907", lon: str = "5.1214", **changes: Any) -> Location:
    """A published site in Utrecht with one charging point.

    All sites but the first have charging points of their own, though they stand in one place; a test that is about one point
    at several sites says so by `evse_key`.
    """
    value = Location(
        party=OPERATOR,
        id=location_id,
        name=f"Station {location_id}",
        address="Stationsplein 1",
        city="Utrecht",
        postal_code="3511 ED",
        country="NLD",
        coordinates=Coordinates(Decimal(lat), Decimal(lon)),
        time_zone="Europe/Amsterdam",
        operator_name="Greenfield",
        publish=True,
        evses=tuple(_of_site(location_id, point) for point in evses or (evse(),)),
        last_updated=NOON,
    )
    return replace(value, **changes)


def _of_site(location_id: str, point: Evse) -> Evse:
    usual = evse(point.uid).evse_key
    return (
        replace(point, evse_key=f"nlgrf{location_id}{point.uid}".lower())
        if (location_id != "LOC1" and point.evse_key == usual)
        else point
    )


def tariff(tariff_id: str = "T1", per_kwh: str = "0.40", **changes: Any) -> Tariff:
    """So much per kWh, VAT not stated."""
    value = Tariff(
        party=OPERATOR,
        id=tariff_id,
        currency=CurrencyCode("EUR"),
        elements=(TariffElement((PriceComponent(Dimension.ENERGY, Decimal(per_kwh), None, 1),)),),
        tax_included=TaxIncluded.NO,
        min_price=None,
        max_price=None,
        type=None,
        valid_from=None,
        valid_to=None,
        text=None,
        last_updated=NOON,
    )
    return replace(value, **changes)


def session(session_id: str = "S1", **changes: Any) -> Session:
    """A running charge."""
    value = Session(
        party=OPERATOR,
        id=session_id,
        status=SessionStatus.ACTIVE,
        start=NOON,
        end=None,
        kwh=Decimal("1.5"),
        token=TokenRef("TOKEN1", "APP_USER", "NL-VLT-C1"),
        auth_method="COMMAND",
        authorization_reference="REF1",
        location_id="LOC1",
        evse_uid="E1",
        connector_id="1",
        currency=CurrencyCode("EUR"),
        periods=(),
        total_cost=None,
        last_updated=NOON,
    )
    return replace(value, **changes)


def cdr(cdr_id: str = "CDR1", *, kwh: str = "10", net: str = "4.00", **changes: Any) -> Cdr:
    """One hour, ten kilowatt-hours, four euros."""
    value = Cdr(
        party=OPERATOR,
        id=cdr_id,
        start=NOON,
        end=NOON.replace(hour=13),
        session_id="S1",
        token=TokenRef("TOKEN1", "APP_USER", "NL-VLT-C1"),
        auth_method="COMMAND",
        authorization_reference="REF1",
        place=CdrPlace("LOC1", "E1", "NL*GRF*E1", "1", "NLD", "Stationsplein 1", "Utrecht"),
        currency=CurrencyCode("EUR"),
        tariffs=(tariff(),),
        periods=(ChargingPeriod(NOON, (Volume("ENERGY", Decimal(kwh)), Volume("TIME", Decimal(1)))),),
        total_cost=Amount(Decimal(net)),
        total_energy=Decimal(kwh),
        total_time=Decimal(1),
        total_parking_time=None,
        credit=False,
        credit_reference_id=None,
        home_charging_compensation=False,
        last_updated=NOON.replace(hour=14),
    )
    return replace(value, **changes)


def received(value: Any) -> Received[Any]:
    """A value with a body that stands for what the partner sent."""
    return Received(value, json.encode(value).encode())
