"""The law of commands: any order of answers, results and reports ends where the truth is."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from roamgrid.canonical.command import CommandReply, CommandResponse, CommandResult
from roamgrid.canonical.session import SessionStatus
from roamgrid.core.commands.errors import CommandRejected, PartnerUnavailable
from roamgrid.core.commands.states import ALLOWED, CommandState, may
from roamgrid.tenancy.database import Database
from tests.conftest import Brands
from tests.core.commanding import ACCEPTED, World

S = CommandState
REPLIES = (ACCEPTED, CommandReply(CommandResponse.REJECTED, 0), PartnerUnavailable("no answer"))
MINUTE = {SessionStatus.PENDING: 0, SessionStatus.ACTIVE: 1, SessionStatus.COMPLETED: 2, SessionStatus.INVALID: 2}
WAIT = "wait"
RESULTS = (CommandResult.ACCEPTED, CommandResult.TIMEOUT, CommandResult.EVSE_OCCUPIED)
"""One of each kind: every other result is a refusal like the last."""


def truth(reply: CommandReply | Exception, happened: list[CommandResult | SessionStatus | str]) -> CommandState:
    """What must be so in the end, once the reaper has come: the session knows best, then who refused, else nobody knows."""
    ends = [one for one in happened if one in (SessionStatus.COMPLETED, SessionStatus.INVALID)]
    if ends:
        return S.COMPLETED if ends[0] is SessionStatus.COMPLETED else S.FAILED
    if SessionStatus.ACTIVE in happened:
        return S.CHARGING
    return S.FAILED if reply is not ACCEPTED or CommandResult.EVSE_OCCUPIED in happened else S.TIMED_OUT


@given(
    reply=st.sampled_from(REPLIES),
    happened=st.lists(st.sampled_from([*RESULTS, *MINUTE, WAIT]), max_size=8),
)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_any_order_ends_where_the_truth_is(
    database: Database, brands: Brands, reply: CommandReply | Exception, happened: list[CommandResult | SessionStatus | str]
) -> None:
    world = World(database, brands.voltara)
    world.operator.reply = reply
    try:
        await world.start()
    except (PartnerUnavailable, CommandRejected):
        assert reply is not ACCEPTED
    command = await world.command()
    for one in happened:
        if isinstance(one, CommandResult):
            assert await world.result(command.id, one)
        elif isinstance(one, SessionStatus):
            await world.report(world.session(MINUTE[one], status=one))
        else:
            await world.wait(timedelta(minutes=1))
    await world.wait(timedelta(days=1))
    command = await world.command()
    assert command.state is truth(reply, happened)
    assert command.version == len(command.history)
    assert all(may(now, then) for now, then in zip(command.history, command.history[1:], strict=False))


@pytest.mark.parametrize("state", CommandState)
def test_every_state_is_in_the_table_and_no_step_stands_still(state: CommandState) -> None:
    assert not may(state, state)
    assert S.REQUESTED not in ALLOWED[state], "nothing becomes unasked"
    assert state in (S.COMPLETED, S.CANCELED) or ALLOWED[state], "only the end has no way on"
