"""What 2.1.1 cannot say is left out, or said as what comes nearest, and named each time."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from roamgrid.canonical.location import Coordinates
from roamgrid.canonical.party import PartyId
from roamgrid.canonical.session import Amount, ChargingPeriod, SessionStatus, Tax, Volume
from roamgrid.canonical.tariff import (
    Dimension,
    PriceComponent,
    PriceLimit,
    ReservationRestriction,
    Restrictions,
    TariffElement,
    TaxIncluded,
)
from roamgrid.canonical.token import TokenRef, TokenType
from roamgrid.kernel import json
from roamgrid.ocpi import kinds
from roamgrid.ocpi.adapter import adapter_for
from roamgrid.ocpi.carry.convert import convert
from roamgrid.ocpi.speech import Loss, ObjectKind, Unsayable
from tests.ocpi import objects
from tests.ocpi.mapping.v2_1_1 import documents
from tests.ocpi.mapping.v2_1_1.documents import OPERATOR

adapter = adapter_for("2.1.1", "default")
later = adapter_for("2.2.1", "default")
VOLTARA = PartyId("NL", "VLT")
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


def value(kind: ObjectKind[Any], document: Any, owner: PartyId = OPERATOR) -> Any:
    return adapter.read(kind, objects.raw(document), owner).value


LOCATION = value(kinds.LOCATION, documents.location())
POINT = LOCATION.evses[0]
PLUG = POINT.connectors[0]
TARIFF = value(kinds.TARIFF, documents.tariff())
SESSION = value(kinds.SESSION, documents.session())
CDR = value(kinds.CDR, documents.cdr())
TOKEN = value(kinds.TOKEN, documents.token(), VOLTARA)


def written(kind: ObjectKind[Any], said: Any) -> tuple[dict[str, Any], dict[str, str]]:
    """The document, and what was lost but for the place of a charge."""
    result = adapter.write(kind, said)
    return result.document, {loss.field: loss.example for loss in result.losses if not loss.field.startswith("/location/")}


def named(losses: tuple[Loss, ...]) -> set[str]:
    return {loss.field for loss in losses}


def with_plug(**changes: Any) -> Any:
    return replace(LOCATION, evses=(replace(POINT, connectors=(replace(PLUG, **changes), replace(PLUG, id="2"))),))


@pytest.mark.parametrize(
    ("kind", "said", "document"),
    [
        (kinds.TARIFF, TARIFF, documents.tariff()),
        (kinds.TOKEN, TOKEN, documents.token()),
        (kinds.LOCATION, LOCATION, documents.location(type="UNKNOWN", time_zone="Europe/Amsterdam")),
    ],
    ids=lambda item: getattr(item, "name", ""),
)
def test_as_specified(kind: ObjectKind[Any], said: Any, document: dict[str, Any]):
    assert written(kind, said) == (document, {})


@pytest.mark.parametrize(
    ("changes", "losses"),
    [
        ({"publish": False}, {"/publish": "false"}),
        ({"address": "A" * 46}, {"/address": "A" * 46}),
        ({"coordinates": Coordinates(Decimal("52.0907374"), Decimal(5))}, {"/coordinates/latitude": "52.0907374"}),
        (
            {"evses": (replace(POINT, capabilities=("RFID_READER", "PED_TERMINAL")),)},
            {"/evses/*/capabilities/*": "PED_TERMINAL"},
        ),
    ],
)
def test_what_a_location_cannot_say(changes: dict[str, Any], losses: dict[str, str]):
    assert written(kinds.LOCATION, replace(LOCATION, **changes))[1] == losses


@pytest.mark.parametrize(
    ("changes", "said", "losses"),
    [
        ({"tariff_ids": ("T1", "T2", "T3")}, {"tariff_id": "T1"}, {"tariff_ids/*": "T3"}),
        ({"max_power_w": 11_000, "power_is_derived": False}, {"voltage": 230}, {"max_electric_power": "11000"}),
        (
            {"power_type": "AC_2_PHASE", "max_power_w": 14_720},
            {"power_type": "AC_1_PHASE"},
            {"power_type": "AC_2_PHASE", "max_electric_power": "14720"},
        ),
    ],
)
def test_what_a_connector_cannot_say(changes: dict[str, Any], said: dict[str, Any], losses: dict[str, str]):
    """Less power is said rather than more."""
    document, lost = written(kinds.LOCATION, with_plug(**changes))
    assert document["evses"][0]["connectors"][0].items() >= said.items()
    assert lost == {f"/evses/*/connectors/*/{name}": example for name, example in losses.items()}


def test_a_plug_without_a_word_is_left_out_and_with_the_last_one_its_charging_point():
    document, lost = written(kinds.LOCATION, with_plug(standard="MCS"))
    assert [connector["id"] for connector in document["evses"][0]["connectors"]] == ["2"]
    assert lost == {"/evses/*/connectors/*/standard": "MCS"}
    alone = replace(LOCATION, evses=(replace(POINT, connectors=(replace(PLUG, standard="MCS"),)),))
    document, lost = written(kinds.LOCATION, alone)
    assert "evses" not in document
    assert lost == {"/evses/*/connectors/*/standard": "MCS", "/evses/*/uid": "E1"}


def test_the_kind_of_a_site_is_carried():
    car_park = objects.raw(objects.location(parking_type="UNDERGROUND_GARAGE"))
    there = convert(kinds.LOCATION, car_park, later, adapter)
    assert (there.document["type"], there.losses) == ("UNDERGROUND_GARAGE", ())
    back = convert(kinds.LOCATION, json.dumps(there.document), adapter, later, OPERATOR)
    assert (back.document["parking_type"], back.losses) == ("UNDERGROUND_GARAGE", ())
    motorway = convert(kinds.LOCATION, objects.raw(objects.location(parking_type="ALONG_MOTORWAY")), later, adapter)
    assert (motorway.document["type"], named(motorway.losses)) == ("UNKNOWN", {"/parking_type"})


@pytest.mark.parametrize(
    ("changes", "losses"),
    [
        ({"type": "REGULAR"}, {"/type": "REGULAR"}),
        ({"min_price": PriceLimit(Decimal(1), None)}, {"/min_price": "net 1, gross None"}),
        ({"valid_from": NOON}, {"/start_date_time": "2026-06-01 12:00:00+00:00"}),
        ({"tax_included": TaxIncluded.NA}, {"/tax_included": "N/A"}),
        (
            {"elements": (TariffElement((PriceComponent(Dimension.TIME, Decimal(2), Decimal(0), 60),)),)},
            {"/elements/*/price_components/*/vat": "0"},
        ),
    ],
)
def test_what_a_tariff_cannot_say(changes: dict[str, Any], losses: dict[str, str]):
    """VAT of zero is a rate, and its loss is one."""
    document, lost = written(kinds.TARIFF, replace(TARIFF, **changes))
    assert lost == losses
    assert document.keys() == documents.tariff().keys()


def test_the_price_of_a_reservation_is_never_said_as_that_of_a_charge():
    reserved = TariffElement(TARIFF.elements[0].components, Restrictions(reservation=ReservationRestriction.RESERVATION))
    document, lost = written(kinds.TARIFF, replace(TARIFF, elements=(reserved, *TARIFF.elements)))
    assert (document, lost) == (documents.tariff(), {"/elements/*/restrictions/reservation": "RESERVATION"})
    with pytest.raises(Unsayable):
        adapter.write(kinds.TARIFF, replace(TARIFF, elements=(reserved,)))


@pytest.mark.parametrize(
    "changes",
    [
        {"tax_included": TaxIncluded.YES},
        {"elements": (TariffElement(TARIFF.elements[0].components, Restrictions(min_current=Decimal(6))),)},
        {"elements": (TariffElement(TARIFF.elements[0].components, Restrictions(max_current=Decimal(0))),)},
    ],
)
def test_a_tariff_that_would_cost_something_else_is_not_said_at_all(changes: dict[str, Any]):
    unsayable = replace(TARIFF, **changes)
    with pytest.raises(Unsayable):
        adapter.write(kinds.TARIFF, unsayable)
    document, lost = written(kinds.CDR, replace(CDR, tariffs=(unsayable, TARIFF)))
    assert [tariff["id"] for tariff in document["tariffs"]] == ["T1"]
    assert lost == {"/tariffs/*": "T1"}


@pytest.mark.parametrize("kind", [TokenType.APP_USER, TokenType.AD_HOC_USER, TokenType.EMAID])
def test_newer_kinds_of_tokens_are_other(kind: TokenType):
    document, lost = written(kinds.TOKEN, replace(TOKEN, type=kind, group_id="G1"))
    assert (document["type"], lost) == ("OTHER", {"/type": kind.value, "/group_id": "G1"})


def test_what_a_session_cannot_say():
    reservation = replace(
        SESSION,
        status=SessionStatus.RESERVATION,
        auth_method="COMMAND",
        authorization_reference="ref-1",
        token=TokenRef("0A1B2C3D", "RFID", "NL-VLT-C1-0", VOLTARA),
        total_cost=Amount(Decimal(0), Decimal(0), (Tax("VAT", Decimal(0)),)),
        periods=(
            ChargingPeriod(NOON, (Volume("RESERVATION_TIME", Decimal(1)),), "T1"),
            ChargingPeriod(NOON, (Volume("ENERGY", Decimal(1)), Volume("POWER", Decimal(11)))),
        ),
    )
    document, lost = written(kinds.SESSION, reservation)
    assert (document["status"], document["auth_method"], document["auth_id"]) == ("PENDING", "AUTH_REQUEST", "NL-VLT-C1-0")
    assert document["total_cost"] == Decimal(0)
    assert [period["dimensions"] for period in document["charging_periods"]] == [[{"type": "ENERGY", "volume": Decimal(1)}]]
    assert lost == {
        "/status": "RESERVATION",
        "/auth_method": "COMMAND",
        "/authorization_reference": "ref-1",
        "/cdr_token/uid": "0A1B2C3D",
        "/cdr_token/type": "RFID",
        "/cdr_token/party_id": "NL*VLT",
        "/total_cost/incl_vat": "0",
        "/total_cost/taxes": "VAT 0",
        "/charging_periods/*/start_date_time": "2026-06-01T12:00:00Z",
        "/charging_periods/*/dimensions/*/type": "POWER",
        "/charging_periods/*/tariff_id": "T1",
    }


def test_the_minimal_place_of_a_session_invents_nothing():
    result = adapter.write(kinds.SESSION, SESSION)
    at = "2026-06-01T12:10:00Z"
    assert result.document["location"] == {
        "id": "LOC1",
        "type": "UNKNOWN",
        "evses": [{"uid": "E1", "status": "UNKNOWN", "last_updated": at, "connectors": [{"id": "1", "last_updated": at}]}],
        "last_updated": at,
    }
    assert named(result.losses) == {
        *(f"/location/{name}" for name in ("address", "city", "postal_code", "country", "coordinates")),
        *(f"/location/evses/*/connectors/*/{name}" for name in ("standard", "format", "power_type", "voltage", "amperage")),
    }


def test_a_cdr_says_all_that_it_knows_of_its_place():
    result = adapter.write(kinds.CDR, CDR)
    assert (
        result.document["location"].items()
        >= {
            "id": "LOC1",
            "name": "Stationsplein",
            "postal_code": "3511 ED",
            "country": "NLD",
            "coordinates": {"latitude": "52.090737", "longitude": "5.121420"},
        }.items()
    )
    assert named(result.losses) == {f"/location/evses/*/connectors/*/{name}" for name in ("voltage", "amperage")}


def test_a_connector_without_a_charging_point_is_lost():
    assert written(kinds.SESSION, replace(SESSION, evse_uid="#NA"))[1] == {"/connector_id": "1"}


def test_what_a_cdr_cannot_say():
    """Sub-totals of zero are stated ones, too."""
    credit = replace(
        CDR,
        session_id="S1",
        authorization_reference="ref-1",
        credit=True,
        credit_reference_id="CDR0",
        home_charging_compensation=True,
        invoice_reference_id="INV1",
        total_cost=Amount(Decimal("-4.52"), Decimal("-5.47")),
        total_energy_cost=Amount(Decimal("4.52")),
        total_fixed_cost=Amount(Decimal(0)),
        tariffs=(replace(TARIFF, party=VOLTARA),),
    )
    document, lost = written(kinds.CDR, credit)
    assert document["total_cost"] == Decimal("-4.52")
    assert lost == {
        "/session_id": "S1",
        "/authorization_reference": "ref-1",
        "/credit": "True",
        "/credit_reference_id": "CDR0",
        "/home_charging_compensation": "True",
        "/invoice_reference_id": "INV1",
        "/total_cost/incl_vat": "-5.47",
        "/total_energy_cost": "4.52",
        "/total_fixed_cost": "0",
        "/tariffs/*/party_id": "NL*VLT",
    }
