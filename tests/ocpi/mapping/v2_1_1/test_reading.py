"""Objects of OCPI 2.1.1 as canonical values."""

from dataclasses import replace
from datetime import UTC, datetime, time
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from roamgrid.canonical.cdr import Cdr, CdrPlace
from roamgrid.canonical.location import Connector, Coordinates, Evse, EvseStatus, Location
from roamgrid.canonical.money import CurrencyCode
from roamgrid.canonical.party import PartyId
from roamgrid.canonical.session import Amount, ChargingPeriod, Session, SessionStatus, Volume
from roamgrid.canonical.tariff import Dimension, PriceComponent, Restrictions, Tariff, TariffElement, TaxIncluded
from roamgrid.canonical.token import Token, TokenRef, TokenType, Whitelist
from roamgrid.ocpi import kinds
from roamgrid.ocpi.adapter import Adapter, adapter_for
from roamgrid.ocpi.dialects.dialect import EnergyUnit, dialect
from roamgrid.ocpi.mapping.v2_1_1.speech import SPEECH
from roamgrid.ocpi.speech import ObjectKind
from roamgrid.ocpi.wire.common.deviations import Refused
from tests.ocpi import objects
from tests.ocpi.mapping.v2_1_1 import documents
from tests.ocpi.mapping.v2_1_1.documents import OPERATOR
from tests.ocpi.objects import MISSING

adapter = adapter_for("2.1.1", "default")
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
EUR = CurrencyCode("EUR")
TARIFF = Tariff(
    party=OPERATOR,
    id="T1",
    currency=EUR,
    elements=(TariffElement((PriceComponent(Dimension.ENERGY, Decimal("0.40"), None, 1),)),),
    tax_included=TaxIncluded.NO,
    min_price=None,
    max_price=None,
    type=None,
    valid_from=None,
    valid_to=None,
    text=None,
    last_updated=NOON,
)
BY_CONTRACT = TokenRef("NL-VLT-C1-0", "UNKNOWN", "NL-VLT-C1-0")
PLACE = CdrPlace(
    location_id="LOC1",
    evse_uid="E1",
    evse_id="NL*GRF*E1",
    connector_id="1",
    country="NLD",
    address="Stationsplein 1",
    city="Utrecht",
    name="Stationsplein",
    postal_code="3511 ED",
    coordinates=Coordinates(Decimal("52.090737"), Decimal("5.121420")),
    connector_standard="IEC_62196_T2",
    connector_format="SOCKET",
    connector_power_type="AC_3_PHASE",
)


def read(kind: ObjectKind[Any], document: Any, owner: PartyId | None = OPERATOR) -> tuple[Any, set[tuple[str, str]]]:
    found = adapter.read(kind, objects.raw(document), owner)
    return found.value, {(deviation.code.value, deviation.field) for deviation in found.deviations}


def speaking(**switches: Any) -> Adapter:
    return Adapter(SPEECH, msgspec.structs.replace(dialect("default", "2.1.1"), **switches))


def test_a_location():
    """Power follows from volts and amperes; the time zone, which may be absent here, is the country's only one."""
    plug = Connector(
        "1", "IEC_62196_T2", "SOCKET", "AC_3_PHASE", 230, 32, 22_080, True, ("T1",), datetime(2026, 6, 1, 10, tzinfo=UTC)
    )
    point = Evse(
        uid="E1",
        evse_id="NL*GRF*E1",
        evse_key="nlgrfe1",
        status=EvseStatus.AVAILABLE,
        capabilities=("RFID_READER",),
        physical_reference=None,
        floor_level=None,
        connectors=(plug,),
        last_updated=datetime(2026, 6, 1, 11, tzinfo=UTC),
    )
    expected = Location(
        party=OPERATOR,
        id="LOC1",
        name="Stationsplein",
        address="Stationsplein 1",
        city="Utrecht",
        postal_code="3511 ED",
        country="NLD",
        coordinates=Coordinates(Decimal("52.090737"), Decimal("5.121420")),
        time_zone="Europe/Amsterdam",
        operator_name="Greenfield",
        publish=True,
        evses=(point,),
        last_updated=NOON,
    )
    assert read(kinds.LOCATION, documents.location()) == (expected, set())


def test_a_tariff():
    assert read(kinds.TARIFF, documents.tariff()) == (TARIFF, set())


def test_conditions_of_a_tariff():
    restrictions = {"start_time": "08:00", "end_time": "24:00", "max_power": 32, "day_of_week": ["SUNDAY", "MONDAY"]}
    tariff, found = read(kinds.TARIFF, documents.tariff(elements=[documents.element(restrictions=restrictions)]))
    assert tariff.elements[0].restrictions == Restrictions(
        start_time=time(8), end_time=time(0), max_power=Decimal(32), weekdays=frozenset({1, 7})
    )
    assert found == {("TIME_FORM", "/elements/*/restrictions/end_time")}


def test_a_session_is_where_its_location_is_and_names_the_contract_only():
    expected = Session(
        party=OPERATOR,
        id="S1",
        status=SessionStatus.ACTIVE,
        start=NOON,
        end=None,
        kwh=Decimal("3.5"),
        token=BY_CONTRACT,
        auth_method="AUTH_REQUEST",
        authorization_reference=None,
        location_id="LOC1",
        evse_uid="E1",
        connector_id="1",
        currency=EUR,
        periods=(ChargingPeriod(NOON, (Volume("ENERGY", Decimal("3.5")), Volume("FLAT", Decimal(1)))),),
        total_cost=Amount(Decimal("1.40"), None, None),
        last_updated=datetime(2026, 6, 1, 12, 10, tzinfo=UTC),
    )
    assert read(kinds.SESSION, documents.session()) == (expected, set())


def test_a_cdr_names_no_session_and_its_total_is_net():
    expected = Cdr(
        party=OPERATOR,
        id="CDR1",
        start=NOON,
        end=datetime(2026, 6, 1, 12, 30, tzinfo=UTC),
        session_id=None,
        token=BY_CONTRACT,
        auth_method="WHITELIST",
        authorization_reference=None,
        place=PLACE,
        currency=EUR,
        tariffs=(TARIFF,),
        periods=(ChargingPeriod(NOON, (Volume("ENERGY", Decimal("11.3")),)),),
        total_cost=Amount(Decimal("4.52"), None, None),
        total_energy=Decimal("11.3"),
        total_time=Decimal("0.5"),
        total_parking_time=Decimal("0.1"),
        credit=False,
        credit_reference_id=None,
        home_charging_compensation=False,
        last_updated=datetime(2026, 6, 1, 12, 31, tzinfo=UTC),
        meter_id="M-7",
        remark="unplugged",
    )
    assert read(kinds.CDR, documents.cdr()) == (expected, set())


def test_a_token():
    expected = Token(
        party=PartyId("NL", "VLT"),
        uid="0A1B2C3D",
        type=TokenType.RFID,
        contract_id="NL-VLT-C1-0",
        issuer="Voltara",
        valid=True,
        whitelist=Whitelist.ALLOWED,
        last_updated=NOON,
        visual_number="VLT-0001",
        language="nl",
    )
    assert read(kinds.TOKEN, documents.token(), PartyId("NL", "VLT")) == (expected, set())


OWNED = [
    (kinds.LOCATION, documents.location),
    (kinds.TARIFF, documents.tariff),
    (kinds.SESSION, documents.session),
    (kinds.CDR, documents.cdr),
    (kinds.TOKEN, documents.token),
]


@pytest.mark.parametrize(("kind", "document"), OWNED, ids=lambda item: getattr(item, "name", ""))
def test_whose_it_is_says_the_address(kind: ObjectKind[Any], document: Any):
    with pytest.raises(Refused, match="country_code") as refusal:
        read(kind, document(), None)
    assert refusal.value.field == "/party_id"
    as_later = document(country_code="de", party_id="abc")
    value, found = read(kind, as_later, None)
    assert (value.party, found) == (PartyId("DE", "ABC"), {("UNKNOWN_FIELD", "/*")})
    assert read(kind, as_later)[0].party == OPERATOR


@pytest.mark.parametrize(
    ("evses", "place", "at"),
    [
        ([], ("#NA", "#NA"), "/location/evses"),
        ([documents.evse(), documents.evse(uid="E2")], ("#NA", "#NA"), "/location/evses"),
        ([documents.evse(connectors=[documents.connector(), documents.connector(id="2")])], ("E1", "#NA"), "connectors"),
    ],
)
def test_a_place_is_not_guessed_where_the_location_leaves_it_open(evses: list[Any], place: tuple[str, str], at: str):
    """OCPI issue 149."""
    session, found = read(kinds.SESSION, documents.session(location=documents.location(evses=evses)))
    assert (session.evse_uid, session.connector_id) == place
    assert [field.endswith(at) for code, field in found] == [True]
    assert {code for code, _ in found} == {"PLACE_UNCLEAR"}
    cdr, _ = read(kinds.CDR, documents.cdr(location=documents.location(evses=evses)))
    assert (cdr.place.evse_uid, cdr.place.connector_id) == place


def test_the_place_of_a_claim_needs_no_more_than_an_id():
    cdr, found = read(kinds.CDR, documents.cdr(location={"id": "HOME", "coordinates": {"latitude": "north"}}))
    assert cdr.place == CdrPlace("HOME", "#NA", None, "#NA", "", "", "")
    assert ("UNREADABLE", "/location/coordinates/longitude") in found


@pytest.mark.parametrize(
    ("coordinates", "field"),
    [
        (MISSING, "/coordinates"),
        ({"latitude": "52"}, "/coordinates"),
        ({"latitude": "north", "longitude": "5"}, "/coordinates/latitude"),
        ({"latitude": "52", "longitude": "181"}, "/coordinates/longitude"),
    ],
)
def test_a_location_by_itself_must_be_somewhere(coordinates: object, field: str):
    with pytest.raises(Refused) as refusal:
        read(kinds.LOCATION, documents.location(coordinates=coordinates))
    assert refusal.value.field == field


def test_a_time_zone_is_not_guessed_where_the_country_has_several_but_a_dialect_may_say_it():
    american = objects.raw(documents.location(country="USA"))
    with pytest.raises(Refused) as refusal:
        adapter.read(kinds.LOCATION, american, OPERATOR)
    assert refusal.value.field == "/time_zone"
    texan = speaking(default_time_zone="America/Chicago").read(kinds.LOCATION, american, OPERATOR)
    assert (texan.value.time_zone, texan.deviations) == ("America/Chicago", ())


def test_a_time_zone_that_does_not_exist_is_counted():
    location, found = read(kinds.LOCATION, documents.location(time_zone="Utrecht"))
    assert (location.time_zone, found) == ("Europe/Amsterdam", {("TIME_ZONE_UNKNOWN", "/time_zone")})


@pytest.mark.parametrize(
    ("kind", "document", "field"),
    [
        (kinds.SESSION, documents.session(status="RESERVATION_"), "/status"),
        (kinds.SESSION, documents.session(auth_id=MISSING), "/auth_id"),
        (kinds.SESSION, documents.session(location=MISSING), "/location"),
        (kinds.SESSION, documents.session(total_cost={"excl_vat": 1}), "/total_cost"),
        (kinds.SESSION, documents.session(charging_periods=[{"start_date_time": "x"}]), "/charging_periods/*/start_date_time"),
        (kinds.CDR, documents.cdr(stop_date_time=MISSING), "/stop_date_time"),
        (kinds.CDR, documents.cdr(total_cost="free"), "/total_cost"),
        (kinds.CDR, documents.cdr(currency="EURO"), "/currency"),
        (kinds.TARIFF, documents.tariff(elements=[documents.element(restrictions={"min_current": 6})]), None),
        (kinds.TARIFF, documents.tariff(elements=[documents.element(price_components=[{"type": "TIP", "price": 1}])]), None),
        (kinds.TOKEN, documents.token(type="NFC"), "/type"),
        (kinds.TOKEN, documents.token(whitelist="SOMETIMES"), "/whitelist"),
    ],
)
def test_what_is_unclear_is_refused_with_the_field_named(kind: ObjectKind[Any], document: Any, field: str | None):
    with pytest.raises(Refused) as refusal:
        read(kind, document)
    assert field is None or refusal.value.field == field
    assert refusal.value.field not in ("", "/")


def test_ids_compare_with_case():
    assert read(kinds.TARIFF, documents.tariff(id="t1"))[0].id == "t1"


def test_an_unreadable_tariff_inside_a_cdr_costs_the_tariff_not_the_cdr():
    broken = documents.tariff(
        id="T2", elements=[documents.element(price_components=[{"type": "TIP", "price": 1, "step_size": 1}])]
    )
    cdr, found = read(kinds.CDR, documents.cdr(tariffs=[documents.tariff(), broken]))
    assert [tariff.id for tariff in cdr.tariffs] == ["T1"]
    assert ("UNREADABLE", "/tariffs/*/elements/*/price_components/*/type") in found


def test_fields_of_later_versions_are_named_and_do_no_harm():
    later = documents.cdr(session_id="S1", total_energy_cost={"excl_vat": 4})
    plain, _ = read(kinds.CDR, documents.cdr())
    assert read(kinds.CDR, later) == (plain, {("UNKNOWN_FIELD", "/*")})


def test_a_partner_that_counts_in_watt_hours():
    in_wh = speaking(energy_unit=EnergyUnit.WH)
    document = documents.session(kwh=3500, charging_periods=[documents.period(dimensions=[{"type": "ENERGY", "volume": 3500}])])
    session = in_wh.read(kinds.SESSION, objects.raw(document), OPERATOR).value
    assert (session.kwh, session.periods[0].volumes) == (Decimal("3.5"), (Volume("ENERGY", Decimal("3.5")),))
    written = in_wh.write(kinds.SESSION, replace(session, kwh=Decimal(4))).document
    assert (written["kwh"], written["charging_periods"][0]["dimensions"][0]["volume"]) == (4000, 3500)
