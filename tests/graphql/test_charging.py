"""A driver's charge from the offer to the receipt, with settlement, over GraphQL."""

import pytest

from roamgrid.canonical.command import CommandResponse, CommandResult, StartSession, StopSession
from roamgrid.canonical.session import SessionStatus
from roamgrid.core.commands.errors import PartnerUnavailable
from roamgrid.products.driver_app.charges.progress import advance
from roamgrid.settlement.payments.errors import PaymentDeclined, PaymentProviderUnavailable
from tests import builders
from tests.builders import location, tariff
from tests.graphql.charging import READ, STOP, offer_id, start, started
from tests.products.network import one, store


async def test_the_whole_way_from_the_offer_to_the_receipt(world, brands):
    charge = await started(world, brands.voltara)
    await charge.station_answers(CommandResult.ACCEPTED)
    await charge.reports_session(SessionStatus.ACTIVE, "2.5")
    running = await charge.read()
    assert (running["state"], running["kwh"], running["final"]) == ("CHARGING", "2.5", False)
    # (2.5 kWh * 0.40 + 0.35 fee) * 1.21 = 1.6335
    assert running["runningCost"] == {"amount": "1.63", "currency": "EUR", "estimate": True}
    await charge.reports_session(SessionStatus.COMPLETED, "10", minutes=60)
    await charge.sends_cdr("10", "4.00")
    done = await charge.read()
    assert done["states"] == ["REQUESTED", "ACCEPTED", "WAITING_FOR_PLUG", "CHARGING", "COMPLETED", "BILLED"]
    assert done["final"] is True
    assert done["cdr"] == {"id": f"CDR-{charge.reference}", "verdict": "MATCH", "total": {"amount": "4.00", "currency": "EUR"}}
    receipt = done["receipt"]
    # 10 kWh * 0.40 + 0.35 = 4.35 net; 4.35 * 1.21 = 5.2635 gross
    assert (receipt["net"]["amount"], receipt["tax"]["amount"], receipt["gross"]["amount"]) == ("4.35", "0.91", "5.26")
    assert receipt["sessionId"] == charge.id
    assert done["failure"] is None


async def test_the_bill_names_the_versions_of_the_offer_though_the_tariff_changed_meanwhile(world, brands):
    charge = await started(world, brands.voltara)
    await store(world.database, brands.voltara, [], [tariff("T1", "0.90", last_updated=builders.NOON.replace(hour=13))])
    await charge.reports_session(SessionStatus.COMPLETED, "10", minutes=60)
    await charge.sends_cdr("10", "4.00")
    query = "{ receipts { edges { node { tariffVersion planVersion rulePackVersion gross { amount } } } } }"
    receipt = (await world.data(brands.voltara, query, token=charge.token))["receipts"]["edges"][0]["node"]
    offer = (await charge.read())["offer"]
    assert {name: receipt[name] for name in ("tariffVersion", "planVersion", "rulePackVersion")} == {
        name: offer[name] for name in ("tariffVersion", "planVersion", "rulePackVersion")
    }
    assert receipt["gross"]["amount"] == "5.26"


async def test_what_the_operator_is_asked(world, brands):
    charge = await started(world, brands.voltara)
    command = world.operator.asked[0]
    assert isinstance(command, StartSession)
    assert (command.operator, command.location_id, command.evse_uid, command.connector_id) == (
        builders.OPERATOR,
        "LOC1",
        "E1",
        "1",
    )
    assert command.authorization_reference == charge.reference
    assert command.token.uid == charge.token_uid
    assert world.bank.held[charge.reference].amount == 60


async def test_the_same_offer_again_is_the_same_session(world, brands):
    await store(world.database, brands.voltara, [location()], [tariff()])
    token = await world.signed_in(brands.voltara)
    offer = await offer_id(world, brands.voltara, token)
    first = await start(world, brands.voltara, token, offer)
    second = await start(world, brands.voltara, token, offer)
    assert first["session"]["id"] == second["session"]["id"]
    assert len(world.operator.asked) == 1


async def test_a_session_is_stopped(world, brands):
    charge = await started(world, brands.voltara)
    await charge.reports_session(SessionStatus.ACTIVE, "1")
    answer = await world.data(brands.voltara, STOP, {"id": charge.id}, charge.token)
    assert answer["stopSession"]["session"]["state"] == "CHARGING"
    command = world.operator.asked[-1]
    assert isinstance(command, StopSession)
    assert command.session_id == f"S-{charge.reference}"


async def test_what_does_not_charge_cannot_be_stopped(world, brands):
    charge = await started(world, brands.voltara)
    answer = await world.data(brands.voltara, STOP, {"id": charge.id}, charge.token)
    assert (answer["stopSession"]["__typename"], answer["stopSession"]["code"]) == ("NotChargingError", "NOT_CHARGING")
    assert len(world.operator.asked) == 1


async def test_a_dead_operator_is_a_typed_error_and_the_money_is_given_back(world, brands):
    await store(world.database, brands.voltara, [location()], [tariff()])
    token = await world.signed_in(brands.voltara)
    world.operator.error = PartnerUnavailable("no answer within 10 s")
    answer = await start(world, brands.voltara, token, await offer_id(world, brands.voltara, token))
    assert (answer["__typename"], answer["code"]) == ("PartnerUnavailableError", "PARTNER_UNAVAILABLE")
    await world.settle()
    listed = await world.data(brands.voltara, "{ sessions { edges { node { states failure { code hint } } } } }", token=token)
    session = listed["sessions"]["edges"][0]["node"]
    assert session["states"] == ["REQUESTED", "FAILED"]
    assert session["failure"]["code"] == "PARTNER_UNAVAILABLE"
    assert world.bank.held == {}


async def test_an_operator_that_refuses_is_a_typed_error(world, brands):
    await store(world.database, brands.voltara, [location()], [tariff()])
    token = await world.signed_in(brands.voltara)
    world.operator.response = CommandResponse.REJECTED
    answer = await start(world, brands.voltara, token, await offer_id(world, brands.voltara, token))
    assert (answer["__typename"], answer["code"]) == ("CommandRejectedError", "COMMAND_REJECTED")


@pytest.mark.parametrize(
    ("error", "type_"),
    [
        (PaymentDeclined("your bank said no"), "PaymentDeclinedError"),
        (PaymentProviderUnavailable("down"), "ServiceUnavailableError"),
    ],
)
async def test_without_money_nothing_is_asked_of_the_operator(world, brands, error, type_):
    await store(world.database, brands.voltara, [location()], [tariff()])
    token = await world.signed_in(brands.voltara)
    world.bank.error = error
    answer = await start(world, brands.voltara, token, await offer_id(world, brands.voltara, token))
    assert (answer["__typename"], answer["code"]) == (type_, error.code)
    assert world.operator.asked == []
    listed = await world.data(brands.voltara, "{ sessions { edges { node { state failure { code } } } } }", token=token)
    assert listed["sessions"]["edges"][0]["node"] == {"state": "FAILED", "failure": {"code": error.code}}


async def test_a_station_that_refuses_later_says_why(world, brands):
    charge = await started(world, brands.voltara)
    await charge.station_answers(CommandResult.EVSE_OCCUPIED)
    session = await charge.read()
    assert session["states"] == ["REQUESTED", "ACCEPTED", "FAILED"]
    assert session["failure"]["code"] == "EVSE_OCCUPIED"


async def test_a_session_that_comes_after_the_time_out_is_late_and_goes_on(world, brands):
    charge = await started(world, brands.voltara)
    await charge.station_answers(CommandResult.TIMEOUT)
    timed_out = await charge.read()
    assert (timed_out["state"], timed_out["failure"]["code"], timed_out["final"]) == ("TIMED_OUT", "START_TIMED_OUT", False)
    await charge.reports_session(SessionStatus.ACTIVE, "1")
    late = await charge.read()
    assert late["states"] == ["REQUESTED", "ACCEPTED", "TIMED_OUT", "LATE", "CHARGING"]
    assert late["failure"] is None


async def test_a_claim_that_does_not_hold_is_disputed_and_not_billed(world, brands):
    charge = await started(world, brands.voltara)
    await charge.reports_session(SessionStatus.COMPLETED, "10", minutes=60)
    await charge.sends_cdr("10", "9.99")
    session = await charge.read()
    assert (session["state"], session["cdr"]["verdict"], session["receipt"]) == ("DISPUTED", "MISMATCH", None)


async def test_a_cdr_whose_session_was_never_seen_is_billed_all_the_same(world, brands):
    charge = await started(world, brands.voltara)
    await charge.sends_cdr("10", "4.00")
    session = await charge.read()
    assert session["states"] == ["REQUESTED", "ACCEPTED", "CHARGING", "COMPLETED", "BILLED"]
    assert session["kwh"] == "10"


async def test_events_that_come_twice_change_nothing(world, brands):
    charge = await started(world, brands.voltara)
    await charge.reports_session(SessionStatus.ACTIVE, "1")
    before = await one(world.database, brands.voltara, "select * from charge")
    async with world.database.orm(brands.voltara) as work:
        for _ in range(3):
            await advance(work, world.services.registry, charge.reference)
    assert await one(world.database, brands.voltara, "select * from charge") == before


async def test_what_is_no_offer_cannot_be_taken_and_leaves_no_trace(world, brands):
    await store(world.database, brands.voltara, [location()], [tariff()])
    token = await world.signed_in(brands.voltara)
    for text in ("", "nonsense", "a.b.c", "ü"):
        answer = await start(world, brands.voltara, token, text)
        assert answer["code"] == "OFFER_NOT_FOUND"
    assert await one(world.database, brands.voltara, "select 1 from charge") is None


async def test_browsing_writes_nothing(world, brands):
    await store(world.database, brands.voltara, [location()], [tariff()])
    token = await world.signed_in(brands.voltara)
    await offer_id(world, brands.voltara, token)
    for table in ("charge", "authorization_grant", "token", "command", "payment"):
        assert await one(world.database, brands.voltara, f"select 1 from {table}") is None


async def test_a_driver_sees_only_their_own_sessions(world, brands):
    charge = await started(world, brands.voltara)
    somebody = await world.signed_in(brands.voltara, "bob@example.org")
    assert await world.data(brands.voltara, READ, {"id": charge.id}, somebody) == {"session": None}
    answer = await world.data(brands.voltara, STOP, {"id": charge.id}, somebody)
    assert answer["stopSession"]["__typename"] == "SessionNotFoundError"
