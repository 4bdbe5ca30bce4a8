"""Where a usage comes from: a CDR, a session, an assumption."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from roamgrid.canonical.cdr import Cdr, CdrPlace
from roamgrid.canonical.money import currency
from roamgrid.canonical.party import PartyId
from roamgrid.canonical.session import Amount, ChargingPeriod, Session, SessionStatus
from roamgrid.canonical.token import TokenRef
from roamgrid.pricing import FindingCode, Usage, rate
from tests.pricing.builders import AMSTERDAM, TUESDAY_10H, element, energy, parking, tariff, time_, volumes

CPO = PartyId.of("NL", "TST")
TWO_HOURS_LATER = TUESDAY_10H + timedelta(hours=2)
PERIODS = (ChargingPeriod(TUESDAY_10H, volumes(ENERGY="20", TIME="1.5"), "T1"),)
CDR = Cdr(
    party=CPO,
    id="C1",
    start=TUESDAY_10H,
    end=TWO_HOURS_LATER,
    session_id="S1",
    token=TokenRef("0102", "RFID", "NL-TST-C1"),
    auth_method="WHITELIST",
    authorization_reference=None,
    place=CdrPlace("L1", "E1", None, "1", "NLD", "Kade 1", "Testdam"),
    currency=currency("EUR"),
    tariffs=(),
    periods=PERIODS,
    total_cost=Amount(Decimal(0)),
    total_energy=Decimal(20),
    total_time=Decimal(2),
    total_parking_time=Decimal("0.5"),
    credit=False,
    credit_reference_id=None,
    home_charging_compensation=False,
    last_updated=TWO_HOURS_LATER,
)
SESSION = Session(
    party=CPO,
    id="S1",
    status=SessionStatus.ACTIVE,
    start=TUESDAY_10H,
    end=None,
    kwh=Decimal(7),
    token=CDR.token,
    auth_method="COMMAND",
    authorization_reference="ref",
    location_id="L1",
    evse_uid="E1",
    connector_id="1",
    currency=currency("EUR"),
    periods=(),
    total_cost=None,
    last_updated=TUESDAY_10H + timedelta(minutes=45),
)
OFFER = tariff(element(energy("0.40"), time_("1"), parking("6")))


def test_a_cdr_is_rated_by_its_periods() -> None:
    assert Usage.of_cdr(CDR, AMSTERDAM) == Usage(TUESDAY_10H, TWO_HOURS_LATER, PERIODS, AMSTERDAM)


def test_a_cdr_without_periods_is_rated_by_its_totals_and_says_so() -> None:
    rated = rate(OFFER, Usage.of_cdr(replace(CDR, periods=()), AMSTERDAM))
    assert rated.net == Decimal("8.00") + Decimal("1.5") + Decimal("3.0")
    assert [finding.code for finding in rated.findings] == [FindingCode.PERIODS_DERIVED]


def test_a_running_session_is_rated_up_to_its_last_update() -> None:
    usage = Usage.of_session(SESSION, AMSTERDAM)
    assert usage.end == SESSION.last_updated
    assert rate(OFFER, usage).net == Decimal("2.80") + Decimal("0.75")


def test_a_session_with_periods_is_rated_by_them() -> None:
    usage = Usage.of_session(replace(SESSION, periods=PERIODS, end=TWO_HOURS_LATER), AMSTERDAM)
    assert (usage.periods, usage.end, usage.derived) == (PERIODS, TWO_HOURS_LATER, False)


def test_an_estimate_assumes_steady_power_and_then_parking() -> None:
    offer = tariff(element(energy("0.60"), min_power=Decimal(50)), element(energy("0.40"), parking("6")))
    half_an_hour, kwh = timedelta(minutes=30), Decimal(10)
    fast = Usage.assumed(TUESDAY_10H, half_an_hour, kwh, AMSTERDAM, power_kw=Decimal(100), parked=half_an_hour)
    slow = Usage.assumed(TUESDAY_10H, half_an_hour, kwh, AMSTERDAM, power_kw=Decimal(11))
    assert (rate(offer, fast).net, rate(offer, slow).net) == (Decimal("9.00"), Decimal("4.00"))
