"""A command ends where the truth is, whatever arrives when (D18)."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import UUID

import pytest

from roamgrid.canonical.command import CommandReply, CommandResponse, CommandResult
from roamgrid.canonical.party import SourceId
from roamgrid.canonical.session import SessionStatus
from roamgrid.core.commands.errors import CommandRejected, PartnerUnavailable
from roamgrid.core.commands.states import CommandState as S
from roamgrid.kernel.ids import new_id
from roamgrid.tenancy.database import Database
from tests.conftest import Brands
from tests.core.commanding import World
from tests.core.conftest import Announced

OTHER_SOURCE = SourceId(UUID("00000000-0000-7000-8000-00000000beef"))


@pytest.fixture
def world(database: Database, brands: Brands) -> World:
    return World(database, brands.voltara)


async def test_a_charge_as_it_should_be(world: World, announced: Callable[[], Awaitable[list[Announced]]]) -> None:
    started = await world.start()
    await world.result(started.id, CommandResult.ACCEPTED)
    await world.report(world.session(1))
    await world.report(world.session(2, status=SessionStatus.COMPLETED))
    command = await world.command()
    assert command.history == (S.REQUESTED, S.ACCEPTED, S.WAITING_FOR_PLUG, S.CHARGING, S.COMPLETED)
    changed = [event for event in await announced() if event.type == "command.changed.v1"]
    assert [(event.aggregate, event.version) for event in changed] == [(f"command:{started.id}", n) for n in range(1, 6)]


async def test_the_command_is_written_before_the_operator_is_asked(world: World) -> None:
    seen: list[S] = []

    async def look(command_id: UUID) -> None:
        seen.append((await world.command(command_id)).state)

    world.operator.meanwhile = look
    assert (await world.start()).state is S.ACCEPTED
    assert seen == [S.REQUESTED]


async def test_a_dead_partner_is_recorded_then_raised(world: World) -> None:
    world.operator.reply = PartnerUnavailable("no answer within 10 s")
    with pytest.raises(PartnerUnavailable):
        await world.start()
    command = await world.command()
    assert (command.state, command.reason, command.message) == (S.FAILED, "PARTNER_UNAVAILABLE", "no answer within 10 s")


async def test_a_refusal_is_recorded_then_raised(world: World) -> None:
    world.operator.reply = CommandReply(CommandResponse.REJECTED, 0, "cable missing")
    with pytest.raises(CommandRejected, match="cable missing"):
        await world.start()
    command = await world.command()
    assert (command.state, command.reason, command.message) == (S.FAILED, "COMMAND_REJECTED", "cable missing")


async def test_a_result_that_overtakes_the_answer_counts(world: World) -> None:
    async def station_is_quick(command_id: UUID) -> None:
        await world.result(command_id, CommandResult.ACCEPTED)

    world.operator.meanwhile = station_is_quick
    assert (await world.start()).history == (S.REQUESTED, S.WAITING_FOR_PLUG)


async def test_a_lost_answer_is_no_failure_when_the_station_has_spoken(world: World) -> None:
    async def station_accepts(command_id: UUID) -> None:
        await world.result(command_id, CommandResult.ACCEPTED)

    world.operator.meanwhile, world.operator.reply = station_accepts, PartnerUnavailable("connection lost")
    assert (await world.start()).state is S.WAITING_FOR_PLUG


@pytest.mark.parametrize("reply", [PartnerUnavailable("connection lost"), CommandReply(CommandResponse.REJECTED, 0)])
async def test_no_answer_outweighs_a_session_that_runs(world: World, reply: CommandReply | Exception) -> None:
    async def it_charges(command_id: UUID) -> None:
        await world.report(world.session(0))

    world.operator.meanwhile, world.operator.reply = it_charges, reply
    assert (await world.start()).state is S.CHARGING


@pytest.mark.parametrize("outcome", [result for result in CommandResult if result not in ("ACCEPTED", "TIMEOUT")])
async def test_every_bad_result_fails_the_command_with_its_name(world: World, outcome: CommandResult) -> None:
    started = await world.start()
    assert await world.result(started.id, outcome)
    assert await world.result(started.id, CommandResult.ACCEPTED), "known, but too late to matter"
    command = await world.command()
    assert (command.state, command.reason) == (S.FAILED, outcome)


async def test_a_result_twice_is_one_step(world: World) -> None:
    started = await world.start()
    for _ in range(2):
        assert await world.result(started.id, CommandResult.ACCEPTED)
    assert (await world.command()).history == (S.REQUESTED, S.ACCEPTED, S.WAITING_FOR_PLUG)


async def test_a_late_bad_result_does_not_stop_a_running_charge(world: World) -> None:
    started = await world.start()
    await world.report(world.session(1))
    await world.result(started.id, CommandResult.FAILED)
    assert (await world.command()).state is S.CHARGING


async def test_a_result_from_another_partner_is_refused(world: World, brands: Brands) -> None:
    started = await world.start()
    assert not await world.result(started.id, CommandResult.FAILED, source=OTHER_SOURCE)
    assert not await world.result(new_id(), CommandResult.FAILED)
    assert (await world.command()).state is S.ACCEPTED


@pytest.mark.isolation
async def test_a_result_sent_to_another_brand_is_refused(world: World, database: Database, brands: Brands) -> None:
    started = await world.start()
    assert not await World(database, brands.kilowind).result(started.id, CommandResult.FAILED)
    assert (await world.command()).state is S.ACCEPTED


async def test_a_session_of_another_partner_does_not_move_the_command(world: World) -> None:
    await world.start()
    await world.report(world.session(1), source=OTHER_SOURCE)
    assert (await world.command()).state is S.ACCEPTED


async def test_the_reaper_waits_as_long_as_the_partner_asked_and_five_seconds(world: World) -> None:
    await world.start()
    assert await world.wait(timedelta(seconds=35)) == []
    [reaped] = await world.wait(timedelta(seconds=1))
    assert (reaped.state, reaped.reason) == (S.TIMED_OUT, "NO_RESULT")
    assert await world.wait(timedelta(days=1)) == []


async def test_the_reaper_gives_a_driver_five_minutes_to_plug_in(world: World) -> None:
    started = await world.start()
    await world.result(started.id, CommandResult.ACCEPTED)
    assert await world.wait(timedelta(minutes=5)) == []
    [reaped] = await world.wait(timedelta(seconds=1))
    assert (reaped.state, reaped.message) == (S.TIMED_OUT, "the station was ready, but no charge began in time")


async def test_a_late_session_is_adopted_and_said_to_be_late(world: World) -> None:
    await world.start()
    await world.wait(timedelta(minutes=1))
    await world.report(world.session(2))
    assert (await world.command()).history == (S.REQUESTED, S.ACCEPTED, S.TIMED_OUT, S.LATE, S.CHARGING)


async def test_a_session_after_a_failure_is_adopted_too(world: World) -> None:
    world.operator.reply = PartnerUnavailable("connection lost")
    with pytest.raises(PartnerUnavailable):
        await world.start()
    await world.report(world.session(1, status=SessionStatus.COMPLETED))
    assert (await world.command()).history == (S.REQUESTED, S.FAILED, S.LATE, S.CHARGING, S.COMPLETED)


async def test_timed_out_is_not_failed_until_somebody_knows(world: World) -> None:
    started = await world.start()
    await world.result(started.id, CommandResult.TIMEOUT)
    assert (await world.command()).state is S.TIMED_OUT
    await world.result(started.id, CommandResult.EVSE_INOPERATIVE)
    assert (await world.command()).state is S.FAILED


async def test_an_invalid_session_fails_the_start(world: World) -> None:
    await world.start()
    await world.report(world.session(1))
    await world.report(world.session(2, status=SessionStatus.INVALID))
    command = await world.command()
    assert (command.state, command.reason) == (S.FAILED, "SESSION_INVALID")


@pytest.mark.parametrize("end", [SessionStatus.COMPLETED, SessionStatus.INVALID])
async def test_every_stop_is_done_when_the_session_is_over(world: World, end: SessionStatus) -> None:
    name = world.session(0).id
    first, second = await world.stop(name), await world.stop(name)
    other = await world.stop("another session")
    await world.report(world.session(1, status=end))
    assert [(await world.command(stop.id)).state for stop in (first, second, other)] == [S.COMPLETED, S.COMPLETED, S.ACCEPTED]


async def test_a_stop_that_failed_is_done_when_the_session_ends_all_the_same(world: World) -> None:
    stopped = await world.stop(world.session(0).id)
    await world.result(stopped.id, CommandResult.FAILED)
    await world.report(world.session(1, status=SessionStatus.COMPLETED))
    assert (await world.command(stopped.id)).history == (S.REQUESTED, S.ACCEPTED, S.FAILED, S.COMPLETED)


async def test_a_stop_is_done_when_the_station_says_so(world: World) -> None:
    stopped = await world.stop()
    await world.result(stopped.id, CommandResult.ACCEPTED)
    assert (await world.command(stopped.id)).state is S.COMPLETED
