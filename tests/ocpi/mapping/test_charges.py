"""Sessions and CDRs of OCPI 2.2.1."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from roamgrid.canonical.cdr import CdrPlace
from roamgrid.canonical.location import Coordinates
from roamgrid.canonical.party import PartyId
from roamgrid.canonical.session import Amount, ChargingPeriod, SessionStatus, Volume
from roamgrid.canonical.token import TokenRef
from roamgrid.ocpi import kinds
from roamgrid.ocpi.adapter import adapter_for
from roamgrid.ocpi.wire.common.deviations import Refused
from tests.ocpi import objects
from tests.ocpi.mapping.dialects import counting_in_wh
from tests.ocpi.objects import MISSING

adapter = adapter_for("2.2.1", "default")
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


def test_a_running_session():
    read = adapter.read(kinds.SESSION, objects.raw(objects.session()))
    session = read.value
    assert read.deviations == ()
    assert (session.party, session.id, session.status) == (PartyId("NL", "GRF"), "S1", SessionStatus.ACTIVE)
    assert (session.start, session.end, session.kwh) == (NOON, None, Decimal("3.5"))
    assert session.token == TokenRef("0A1B2C", "APP_USER", "NL-VLT-C1-0", PartyId("NL", "VLT"))
    assert session.authorization_reference == "ref-1"
    assert session.periods == (ChargingPeriod(NOON, (Volume("ENERGY", Decimal("3.5")),), "T1"),)


def test_an_absent_cost_is_unknown_and_a_net_one_has_no_gross():
    assert adapter.read(kinds.SESSION, objects.raw(objects.session())).value.total_cost is None
    priced = objects.session(total_cost={"excl_vat": Decimal("2.50")})
    assert adapter.read(kinds.SESSION, objects.raw(priced)).value.total_cost == Amount(Decimal("2.50"), None)


def test_a_partner_that_counts_in_watt_hours():
    """OCPI issue 465."""
    periods = [
        {
            "start_date_time": "2026-06-01T12:00:00Z",
            "dimensions": [{"type": "ENERGY", "volume": 3500}, {"type": "TIME", "volume": 2}],
        }
    ]
    read = counting_in_wh().read(kinds.SESSION, objects.raw(objects.session(kwh=3500, charging_periods=periods)))
    assert read.value.kwh == Decimal("3.500")
    assert read.value.periods[0].volumes == (Volume("ENERGY", Decimal("3.500")), Volume("TIME", Decimal(2)))


@pytest.mark.parametrize(
    ("stated", "status"),
    [
        ("COMPLETED", SessionStatus.COMPLETED),
        ("active", SessionStatus.ACTIVE),
        ("RESERVED", SessionStatus.RESERVATION),
    ],
)
def test_statuses(stated: str, status: SessionStatus):
    assert adapter.read(kinds.SESSION, objects.raw(objects.session(status=stated))).value.status is status


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"status": "PAUSED"}, "/status"),
        ({"currency": "???"}, "/currency"),
        ({"start_date_time": "yesterday"}, "/start_date_time"),
        ({"last_updated": MISSING}, "/last_updated"),
        ({"cdr_token": MISSING}, "/cdr_token"),
        ({"charging_periods": [{"start_date_time": "2026-06-01T12:00:00Z"}]}, "/charging_periods/*/dimensions"),
    ],
)
def test_a_session_that_is_unclear_is_refused_with_the_field_named(changes: dict[str, object], field: str):
    with pytest.raises(Refused) as refusal:
        adapter.read(kinds.SESSION, objects.raw(objects.session(**changes)))
    assert refusal.value.field == field


def test_a_cdr():
    read = adapter.read(kinds.CDR, objects.raw(objects.cdr()))
    cdr = read.value
    assert read.deviations == ()
    assert (cdr.total_energy, cdr.total_time, cdr.total_parking_time) == (Decimal("11.3"), Decimal("0.5"), None)
    assert cdr.total_cost == Amount(Decimal("4.52"), Decimal("5.4692"))
    assert cdr.place == CdrPlace(
        location_id="LOC1",
        evse_uid="E1",
        evse_id="NL*GRF*E1",
        connector_id="1",
        country="NLD",
        address="Stationsplein 1",
        city="Utrecht",
        coordinates=Coordinates(Decimal("52.090737"), Decimal("5.121420")),
        connector_standard="IEC_62196_T2",
        connector_format="SOCKET",
        connector_power_type="AC_3_PHASE",
    )
    assert [tariff.id for tariff in cdr.tariffs] == ["T1"]
    assert (cdr.credit, cdr.credit_reference_id, cdr.home_charging_compensation) == (False, None, False)


def test_a_credit_has_a_negative_total_only():
    credit = objects.cdr(id="CDR1-C", credit=True, credit_reference_id="CDR1", total_cost={"excl_vat": Decimal("-4.52")})
    cdr = adapter.read(kinds.CDR, objects.raw(credit)).value
    assert (cdr.credit, cdr.credit_reference_id) == (True, "CDR1")
    assert (cdr.total_cost.net, cdr.total_energy) == (Decimal("-4.52"), Decimal("11.3"))


def test_a_cdr_in_watt_hours():
    cdr = counting_in_wh().read(kinds.CDR, objects.raw(objects.cdr(total_energy=11300))).value
    assert cdr.total_energy == Decimal("11.300")


def test_an_unreadable_tariff_inside_a_cdr_costs_the_tariff_not_the_cdr():
    """The claim stays; that it cannot be checked is settlement's finding."""
    broken = objects.tariff(id="T2", elements=[objects.element(price_components=[objects.component(type="SESSION_FEE")])])
    wrong = objects.tariff(id="T3", elements=[objects.element(restrictions={"max_kwh": "much"})])
    read = adapter.read(kinds.CDR, objects.raw(objects.cdr(tariffs=[objects.tariff(), broken, wrong])))
    assert [tariff.id for tariff in read.value.tariffs] == ["T1"]
    assert {(deviation.code.value, deviation.field) for deviation in read.deviations} == {
        ("UNKNOWN_VALUE", "/tariffs/*/elements/*/price_components/*/type"),
        ("UNREADABLE", "/tariffs/*/elements/*/price_components/*/type"),
        ("UNREADABLE", "/tariffs/*/elements/*/restrictions/max_kwh"),
    }


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"id": ""}, "/id"),
        ({"end_date_time": None}, "/end_date_time"),
        ({"total_cost": MISSING}, "/total_cost"),
        ({"total_cost": {"incl_vat": 5}}, "/total_cost/excl_vat"),
        ({"total_energy": "plenty"}, "/total_energy"),
        ({"charging_periods": MISSING}, "/charging_periods"),
        ({"credit": "perhaps"}, "/credit"),
    ],
)
def test_a_cdr_that_is_unclear_is_refused_with_the_field_named(changes: dict[str, object], field: str):
    with pytest.raises(Refused) as refusal:
        adapter.read(kinds.CDR, objects.raw(objects.cdr(**changes)))
    assert refusal.value.field == field


def test_a_place_that_cannot_be_named_is_not_available():
    place = {"id": "HOME", "address": "", "city": "Utrecht", "country": "NL", "evse_uid": "#NA", "evse_id": "#NA"}
    read = adapter.read(kinds.CDR, objects.raw(objects.cdr(cdr_location=place)))
    assert read.value.place == CdrPlace("HOME", "#NA", None, "#NA", "NLD", "", "Utrecht")
    assert "COUNTRY_FORM" in {deviation.code for deviation in read.deviations}
