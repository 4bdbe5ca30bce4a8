"""All five commands to the sandbox operator, in every version."""

import pytest

from roamgrid.core.commands.errors import CommandNotSpoken, CommandRejected
from roamgrid.core.commands.states import CommandState
from tests.ocpi.deferred.conftest import Meet, Roaming

S = CommandState


async def test_a_charge_is_started_found_again_and_stopped(roaming: Roaming, brands):
    start = await roaming.start()
    await roaming.becomes(start, S.WAITING_FOR_PLUG)
    session = await roaming.session(start)
    assert session.authorization_reference == start.authorization_reference, "2.1.1 says it by the contract"
    stop = await roaming.stop(session)
    await roaming.becomes(stop, S.COMPLETED)
    await roaming.until("select status from session", lambda rows: rows[0]["status"] == "COMPLETED")
    (cdr,) = await roaming.until("select authorization_reference, canonical from cdr", lambda rows: rows)
    assert cdr["authorization_reference"] == start.authorization_reference
    assert str(start.authorization_reference) in str(cdr["canonical"])
    assert await roaming.world.rows(brands.kilowind, "select id from session union select id from command") == []


async def test_two_charges_of_one_driver_in_2_1_1_are_told_apart(meet: Meet):
    roaming = await meet("2.1.1")
    first = await roaming.start()
    await roaming.session(first)
    second = await roaming.start("UTR-002-2")
    sessions = {(await roaming.session(command)).session_id for command in (first, second)}
    assert len(sessions) == 2


async def test_a_reservation_is_held_and_taken_back_by_the_operator(roaming: Roaming):
    reserve = await roaming.reserve()
    held = await roaming.becomes(reserve, S.RESERVED)
    known = (await roaming.operator.state())["reservations"]
    assert [str(one) for one in known] == [held.reservation_id]
    await roaming.operator.control(f"reservations/{held.reservation_id}/cancel")
    await roaming.becomes(reserve, S.CANCELED)


async def _version(roaming: Roaming) -> str:
    rows = await roaming.world.rows(roaming.ctx, "select version from ocpi_connection")
    return str(rows[0]["version"])


async def test_a_reservation_is_given_back_where_the_version_can_say_it(roaming: Roaming):
    reserve = await roaming.reserve()
    await roaming.becomes(reserve, S.RESERVED)
    if await _version(roaming) == "2.1.1":
        with pytest.raises(CommandNotSpoken, match="CANCEL_RESERVATION"):
            await roaming.commands.cancel_reservation(roaming.ctx, reserve.id)
        await roaming.becomes(reserve, S.RESERVED)
        return
    cancel = await roaming.commands.cancel_reservation(roaming.ctx, reserve.id)
    await roaming.becomes(cancel, S.COMPLETED)
    await roaming.becomes(reserve, S.CANCELED)
    assert (await roaming.operator.state())["reservations"] == []


async def test_a_connector_is_unlocked(roaming: Roaming):
    await roaming.becomes(await roaming.unlock(), S.COMPLETED)


async def test_a_session_that_the_operator_does_not_know_cannot_be_stopped(roaming: Roaming):
    start = await roaming.start()
    session = await roaming.session(start)
    await roaming.becomes(await roaming.stop(session), S.COMPLETED)
    await roaming.until("select status from session", lambda rows: rows[0]["status"] == "COMPLETED")
    with pytest.raises(CommandRejected, match=r"UNKNOWN_SESSION|no running"):
        await roaming.stop(session)
