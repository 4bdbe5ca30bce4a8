"""Reservations and unlocking: one state machine with starting and stopping (D18)."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from roamgrid.canonical.command import (
    CancelReservation,
    CommandReply,
    CommandResponse,
    CommandResult,
    ReserveNow,
    UnlockConnector,
)
from roamgrid.canonical.party import SourceId
from roamgrid.canonical.session import SessionStatus
from roamgrid.core.commands.errors import CommandNotSpoken, CommandRejected, UnknownReservation
from roamgrid.core.commands.states import CommandState
from roamgrid.kernel.ids import new_id
from roamgrid.tenancy.database import Database
from tests.conftest import Brands
from tests.core.commanding import World

S, R = CommandState, CommandResult


@pytest.fixture
def world(database: Database, brands: Brands) -> World:
    return World(database, brands.voltara)


async def test_a_reservation_holds_until_its_time_is_over(world: World):
    reserve = await world.reserve(minutes=30)
    assert await world.result(reserve.id, R.ACCEPTED)
    assert (await world.command(reserve.id)).state is S.RESERVED
    assert await world.wait(timedelta(minutes=29)) == []
    (ended,) = await world.wait(timedelta(minutes=2))
    assert (ended.id, ended.state, ended.reason) == (reserve.id, S.COMPLETED, "EXPIRED")


async def test_every_reservation_has_a_number_of_its_own_which_every_version_can_say(world: World):
    asked = [await world.reserve(), await world.reserve()]
    numbers = [command.reservation_id for command in world.operator.asked if isinstance(command, ReserveNow)]
    assert numbers == [row.reservation_id for row in asked]
    assert all(number.isdigit() for number in numbers)
    assert len(set(numbers)) == 2


async def test_an_operator_takes_a_reservation_back_later(world: World):
    reserve = await world.reserve()
    await world.result(reserve.id, R.ACCEPTED)
    for _ in range(2):
        assert await world.result(reserve.id, R.CANCELED_RESERVATION)
    canceled = await world.command(reserve.id)
    assert (canceled.state, canceled.reason) == (S.CANCELED, "CANCELED_RESERVATION")
    assert canceled.history == (S.REQUESTED, S.ACCEPTED, S.RESERVED, S.CANCELED)


async def test_a_reservation_is_given_back(world: World):
    reserve = await world.reserve()
    await world.result(reserve.id, R.ACCEPTED)
    cancel = await world.service.cancel_reservation(world.ctx, reserve.id)
    command = world.operator.asked[-1]
    assert isinstance(command, CancelReservation)
    assert command.reservation_id == reserve.reservation_id
    assert (await world.command(reserve.id)).state is S.RESERVED, "the station has not said so yet"
    await world.result(cancel.id, R.ACCEPTED)
    assert (await world.command(reserve.id)).state is S.CANCELED
    assert (await world.command(cancel.id)).state is S.COMPLETED


async def test_a_reservation_that_the_operator_does_not_know_is_over(world: World):
    reserve = await world.reserve()
    await world.result(reserve.id, R.ACCEPTED)
    cancel = await world.service.cancel_reservation(world.ctx, reserve.id)
    await world.result(cancel.id, R.UNKNOWN_RESERVATION)
    assert (await world.command(reserve.id)).state is S.CANCELED
    assert (await world.command(cancel.id)).state is S.FAILED


async def test_what_was_never_reserved_cannot_be_given_back(world: World, brands: Brands, database: Database):
    reserve = await world.reserve()
    with pytest.raises(UnknownReservation):
        await world.service.cancel_reservation(world.ctx, new_id())
    elsewhere = World(database, brands.kilowind)
    with pytest.raises(UnknownReservation):
        await elsewhere.service.cancel_reservation(elsewhere.ctx, reserve.id)
    assert elsewhere.operator.asked == []


async def test_a_changed_reservation_replaces_what_was_asked_before(world: World):
    first = await world.reserve()
    await world.result(first.id, R.ACCEPTED)
    world.clock.advance(timedelta(minutes=1))
    longer = await world.reserve(minutes=60, reservation=first.reservation_id)
    await world.result(longer.id, R.ACCEPTED)
    before = await world.command(first.id)
    assert (before.state, before.reason) == (S.COMPLETED, "REPLACED")
    await world.result(first.id, R.CANCELED_RESERVATION)
    assert (await world.command(longer.id)).state is S.CANCELED, "told at the address of the first command"


async def test_a_charge_uses_the_reservation(world: World):
    reserve = await world.reserve()
    await world.result(reserve.id, R.ACCEPTED)
    await world.report(world.session(1, status=SessionStatus.RESERVATION))
    assert (await world.command(reserve.id)).state is S.RESERVED
    await world.report(world.session(2, status=SessionStatus.ACTIVE))
    used = await world.command(reserve.id)
    assert (used.state, used.reason) == (S.COMPLETED, "USED")


async def test_unlocking_is_done_when_the_station_says_so(world: World):
    unlock = await world.unlock()
    assert isinstance(world.operator.asked[0], UnlockConnector)
    await world.result(unlock.id, R.ACCEPTED)
    done = await world.command(unlock.id)
    assert (done.state, done.driver_id) == (S.COMPLETED, None)


@pytest.mark.parametrize("reply", [CommandReply(CommandResponse.NOT_SUPPORTED, 0), CommandNotSpoken("2.1.1 has none")])
async def test_a_command_that_an_operator_does_not_have_is_failed_and_said_so(world: World, reply: CommandReply | Exception):
    world.operator.reply = reply
    with pytest.raises(CommandRejected if isinstance(reply, CommandReply) else CommandNotSpoken):
        await world.unlock()
    async with world.database.work(world.ctx) as work:
        rows = await (await work.conn.execute("select state, reason from command")).fetchall()
    expected = "COMMAND_REJECTED" if isinstance(reply, CommandReply) else "COMMAND_NOT_SPOKEN"
    assert [tuple(row.values()) for row in rows] == [("FAILED", expected)]


async def test_results_of_another_source_change_nothing(world: World, brands: Brands, database: Database):
    reserve = await world.reserve()
    assert not await World(database, brands.kilowind).result(reserve.id, R.ACCEPTED)
    assert not await world.result(reserve.id, R.ACCEPTED, source=SourceId(new_id()))
    assert (await world.command(reserve.id)).state is S.ACCEPTED


@given(results=st.lists(st.sampled_from([R.ACCEPTED, R.TIMEOUT, R.CANCELED_RESERVATION, R.EVSE_OCCUPIED]), max_size=5))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_once_canceled_nothing_brings_a_reservation_back(
    database: Database, brands: Brands, results: list[CommandResult]
):
    world = World(database, brands.voltara)
    reserve = await world.reserve()
    for outcome in results:
        await world.result(reserve.id, outcome)
    refused = R.EVSE_OCCUPIED in results
    if R.CANCELED_RESERVATION in results and not refused:
        assert (await world.command(reserve.id)).state is S.CANCELED
    held = (await world.command(reserve.id)).state is S.RESERVED
    assert not (held and R.CANCELED_RESERVATION in results)
