"""What we write as an operator, as a provider and as a hub (OCPI 2.2.1): exactly, and read again as it was."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import TypeVar
from uuid import UUID

import pytest

from roamgrid.canonical.command import CommandReply, CommandResponse, CommandResult, StartSession, StopSession
from roamgrid.canonical.location import Coordinates
from roamgrid.canonical.party import Party, PartyId, Role
from roamgrid.canonical.session import Amount, Tax
from roamgrid.canonical.tariff import PriceLimit, TaxIncluded
from roamgrid.canonical.token import Allowed, Token, TokenType, Whitelist
from roamgrid.ocpi import kinds
from roamgrid.ocpi.adapter import adapter_for
from roamgrid.ocpi.speech import Loss, ObjectKind, Unsayable
from roamgrid.ocpi.values import Asked, AuthorizationInfo, ClientInfo, CommandOutcome, Credentials, LocationReferences
from roamgrid.ocpi.wire.common.deviations import Refused
from tests.ocpi import objects
from tests.ocpi.mapping.dialects import counting_in_wh

C = TypeVar("C")
adapter = adapter_for("2.2.1", "default")
OPERATOR = PartyId("NL", "GRF")
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
TOKEN = Token(PartyId("NL", "VLT"), "0A1B2C", TokenType.RFID, "NL-VLT-C1-0", "Voltara", True, Whitelist.NEVER, NOON)


def sent_and_read(kind: ObjectKind[C], value: C) -> C:
    """A value as the other side understands it."""
    return adapter.read(kind, objects.raw(adapter.write(kind, value).document)).value


@pytest.mark.parametrize(
    ("kind", "document"),
    [
        (kinds.LOCATION, objects.location()),
        (kinds.TARIFF, objects.tariff(min_price={"excl_vat": 1}, start_date_time="2026-06-01T00:00:00Z", type="REGULAR")),
        (kinds.SESSION, objects.session(end_date_time="2026-06-01T13:00:00Z", total_cost={"excl_vat": 1, "incl_vat": 2})),
        (
            kinds.CDR,
            objects.cdr(
                **{f"total_{part}_cost": {"excl_vat": 1} for part in ("fixed", "energy", "time", "parking", "reservation")},
                total_parking_time=0,
                invoice_reference_id="INV1",
                meter_id="M1",
                remark="all of it",
                credit=True,
                credit_reference_id="CDR0",
                home_charging_compensation=True,
            ),
        ),
        (kinds.LOCATION_REFERENCES, {"location_id": "LOC1", "evse_uids": ["E1"]}),
    ],
)
def test_what_is_read_is_written_as_it_was(kind: ObjectKind[object], document: dict[str, object]):
    """Without the document that came: every field of these is one that the mapping owns."""
    assert adapter.write(kind, adapter.read(kind, objects.raw(document)).value).document == document


def test_a_partner_that_counts_in_wh_gets_wh():
    in_wh = counting_in_wh()
    session = adapter.read(kinds.SESSION, objects.raw(objects.session())).value
    written = in_wh.write(kinds.SESSION, session).document
    assert objects.raw([written["kwh"], written["charging_periods"][0]["dimensions"]]) == (
        b'[3500,[{"type":"ENERGY","volume":3500}]]'
    )
    assert in_wh.read(kinds.SESSION, objects.raw(written)).value == session


def test_taxes_one_by_one_are_summed_and_named_as_lost():
    cdr = adapter.read(kinds.CDR, objects.raw(objects.cdr())).value
    cost = Amount(Decimal(10), Decimal(12), (Tax("State", Decimal("1.5")), Tax("City", Decimal("0.5"))))
    written = adapter.write(kinds.CDR, replace(cdr, total_cost=cost))
    assert written.document["total_cost"] == {"excl_vat": 10, "incl_vat": 12}
    assert written.losses == (Loss("/total_cost/taxes/*", "State 1.5"), Loss("/total_cost/taxes/*", "City 0.5"))


def test_prices_that_this_version_would_misstate_are_not_written():
    tariff = adapter.read(kinds.TARIFF, objects.raw(objects.tariff())).value
    with pytest.raises(Unsayable, match="with tax"):
        adapter.write(kinds.TARIFF, replace(tariff, tax_included=TaxIncluded.YES))
    with pytest.raises(Unsayable, match="limit"):
        adapter.write(kinds.TARIFF, replace(tariff, min_price=PriceLimit(None, Decimal(1))))
    assert adapter.write(kinds.TARIFF, replace(tariff, tax_included=TaxIncluded.NA)).losses == (Loss("/tax_included", "N/A"),)


@pytest.mark.parametrize(
    ("degrees", "written", "losses"),
    [
        ("52.1", "52.10000", ()),
        ("-0.000001", "-0.000001", ()),
        ("5.12345678", "5.1234568", (Loss("/coordinates/latitude", "5.12345678"),)),
    ],
)
def test_coordinates_have_five_to_seven_decimals(degrees: str, written: str, losses: tuple[Loss, ...]):
    location = adapter.read(kinds.LOCATION, objects.raw(objects.location())).value
    moved = adapter.write(kinds.LOCATION, replace(location, coordinates=Coordinates(Decimal(degrees), Decimal("5.12142"))))
    assert (moved.document["coordinates"], moved.losses) == ({"latitude": written, "longitude": "5.12142"}, losses)


def test_a_place_that_nobody_described_is_not_invented():
    cdr = adapter.read(kinds.CDR, objects.raw(objects.cdr())).value
    written = adapter.write(kinds.CDR, replace(cdr, place=replace(cdr.place, coordinates=None, connector_format=None)))
    assert "connector_format" not in written.document["cdr_location"]
    assert [loss.field for loss in written.losses] == ["/cdr_location/coordinates", "/cdr_location/connector_format"]


def test_an_emaid_is_another_token():
    written = adapter.write(kinds.TOKEN, replace(TOKEN, type=TokenType.EMAID))
    assert (written.document["type"], written.losses) == ("OTHER", (Loss("/type", "EMAID"),))


@pytest.mark.parametrize("message", [None, "Busy"])
def test_both_answers_to_a_command(message: str | None):
    reply = CommandReply(CommandResponse.REJECTED, 30, message)
    outcome = CommandOutcome(CommandResult.TIMEOUT, message)
    assert (
        adapter.read(kinds.COMMAND_RESPONSE, objects.raw(adapter.write(kinds.COMMAND_RESPONSE, reply).document)).value == reply
    )
    assert (
        adapter.read(kinds.COMMAND_RESULT, objects.raw(adapter.write(kinds.COMMAND_RESULT, outcome).document)).value == outcome
    )


def test_a_command_reaches_the_operator_that_the_address_names():
    start = StartSession(UUID(int=1), OPERATOR, TOKEN, "LOC1", None, None, None)
    raw = objects.raw(adapter.write(kinds.START_SESSION, Asked(start, "https://emsp.test/1")).document)
    read = adapter.read(kinds.START_SESSION, raw, OPERATOR)
    assert read.deviations == ()
    assert read.value == Asked(replace(start, command_id=read.value.what.command_id), "https://emsp.test/1")
    assert adapter.read(kinds.START_SESSION, raw, OPERATOR).value.what.command_id != read.value.what.command_id
    stop = adapter.read(kinds.STOP_SESSION, b'{"response_url":"https://emsp.test/2","session_id":"S1"}', OPERATOR).value
    assert stop == Asked(StopSession(stop.what.command_id, OPERATOR, "S1"), "https://emsp.test/2")
    with pytest.raises(Refused, match="OCPI-to-party-id"):
        adapter.read(kinds.START_SESSION, raw)


def test_an_answer_to_an_authorization_both_ways():
    info = AuthorizationInfo(Allowed.ALLOWED, TOKEN, LocationReferences("LOC1", ("E1",)), "ref-1", "Welcome")
    assert (
        adapter.read(kinds.AUTHORIZATION_INFO, objects.raw(adapter.write(kinds.AUTHORIZATION_INFO, info).document)).value
        == info
    )
    assert adapter.read(kinds.AUTHORIZATION_INFO, b'{"allowed":"blocked"}').value == AuthorizationInfo(Allowed.BLOCKED)
    with pytest.raises(Refused, match="/allowed"):
        adapter.read(kinds.AUTHORIZATION_INFO, b'{"allowed":"PERHAPS"}')


def test_client_info_both_ways():
    info = ClientInfo(OPERATOR, "CPO", "CONNECTED", NOON)
    written = adapter.write(kinds.CLIENT_INFO, info).document
    assert written == {
        "party_id": "GRF",
        "country_code": "NL",
        "role": "CPO",
        "status": "CONNECTED",
        "last_updated": "2026-06-01T12:00:00Z",
    }
    read = adapter.read(kinds.CLIENT_INFO, objects.raw(written))
    assert (read.value, read.deviations) == (info, ())


def test_a_hub_says_so_by_a_role():
    hub = Party(PartyId("NL", "HUB"), Role.OTHER, "The Hub")
    written = adapter.write(kinds.CREDENTIALS, Credentials("t", "https://hub.test/versions", (hub,), hub.id)).document
    assert [(role["role"], role["business_details"]) for role in written["roles"]] == [
        ("OTHER", {"name": "The Hub"}),
        ("HUB", {"name": "The Hub"}),
    ]
    assert adapter.read(kinds.CREDENTIALS, objects.raw(written)).value.hub == hub.id
