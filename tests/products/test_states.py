"""The states that a driver sees follow from command, session and settlement, whichever of them is ahead."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roamgrid.canonical.session import SessionStatus
from roamgrid.core.commands.states import CommandState as C
from roamgrid.products.driver_app.charges.states import ChargeState, Settled, is_final, path

ACTIVE, COMPLETED, INVALID, PENDING = (
    SessionStatus.ACTIVE,
    SessionStatus.COMPLETED,
    SessionStatus.INVALID,
    SessionStatus.PENDING,
)
HISTORIES = [
    (),
    (C.REQUESTED,),
    (C.REQUESTED, C.ACCEPTED),
    (C.REQUESTED, C.ACCEPTED, C.WAITING_FOR_PLUG),
    (C.REQUESTED, C.ACCEPTED, C.CHARGING),
    (C.REQUESTED, C.ACCEPTED, C.CHARGING, C.COMPLETED),
    (C.REQUESTED, C.FAILED),
    (C.REQUESTED, C.ACCEPTED, C.TIMED_OUT),
    (C.REQUESTED, C.ACCEPTED, C.TIMED_OUT, C.LATE, C.CHARGING),
    (C.REQUESTED, C.ACCEPTED, C.COMPLETED),
]


def words(*args, **kwargs):
    return " ".join(path(*args, **kwargs))


@pytest.mark.parametrize(
    ("command", "session", "settled", "expected"),
    [
        ((), None, None, "REQUESTED"),
        (HISTORIES[3], None, None, "REQUESTED ACCEPTED WAITING_FOR_PLUG"),
        (HISTORIES[2], PENDING, None, "REQUESTED ACCEPTED"),
        (HISTORIES[2], ACTIVE, None, "REQUESTED ACCEPTED CHARGING"),
        (HISTORIES[4], ACTIVE, None, "REQUESTED ACCEPTED CHARGING"),
        (HISTORIES[5], COMPLETED, None, "REQUESTED ACCEPTED CHARGING COMPLETED"),
        (HISTORIES[9], COMPLETED, None, "REQUESTED ACCEPTED CHARGING COMPLETED"),
        (HISTORIES[2], COMPLETED, Settled.BILLED, "REQUESTED ACCEPTED CHARGING COMPLETED BILLED"),
        (HISTORIES[2], None, Settled.BILLED, "REQUESTED ACCEPTED CHARGING COMPLETED BILLED"),
        (HISTORIES[2], ACTIVE, Settled.DISPUTED, "REQUESTED ACCEPTED CHARGING COMPLETED DISPUTED"),
        (HISTORIES[5], COMPLETED, Settled.ERROR, "REQUESTED ACCEPTED CHARGING COMPLETED IN_REVIEW"),
        (HISTORIES[5], COMPLETED, Settled.EXEMPT, "REQUESTED ACCEPTED CHARGING COMPLETED"),
        (HISTORIES[6], None, None, "REQUESTED FAILED"),
        (HISTORIES[7], None, None, "REQUESTED ACCEPTED TIMED_OUT"),
        (HISTORIES[7], ACTIVE, None, "REQUESTED ACCEPTED TIMED_OUT LATE CHARGING"),
        (HISTORIES[8], ACTIVE, None, "REQUESTED ACCEPTED TIMED_OUT LATE CHARGING"),
        (HISTORIES[6], COMPLETED, Settled.BILLED, "REQUESTED FAILED LATE CHARGING COMPLETED BILLED"),
        (HISTORIES[2], INVALID, None, "REQUESTED ACCEPTED FAILED"),
    ],
)
def test_the_path_of_a_charge(command, session, settled, expected):
    assert words(command, session, settled) == expected


def test_a_charge_that_failed_before_the_station_was_asked():
    assert words((), None, None, failed_before_command=True) == "REQUESTED FAILED"


@given(
    st.sampled_from(HISTORIES),
    st.none() | st.sampled_from(list(SessionStatus)),
    st.none() | st.sampled_from(list(Settled)),
)
def test_a_path_begins_with_the_request_and_never_repeats_a_state(command, session, settled):
    states = path(command, session, settled)
    assert states[0] is ChargeState.REQUESTED
    assert len(set(states)) == len(states)


@given(st.sampled_from(HISTORIES), st.none() | st.sampled_from(list(SessionStatus)))
def test_whatever_happened_before_a_receipt_ends_the_charge(command, session):
    states = path(command, session, Settled.BILLED)
    assert states[-1] is ChargeState.BILLED
    assert is_final(states, Settled.BILLED)


def test_a_timed_out_charge_is_not_over_and_an_exempt_one_is():
    assert not is_final(path(HISTORIES[7], None, None), None)
    assert not is_final(path(HISTORIES[5], COMPLETED, None), None)
    assert is_final(path(HISTORIES[5], COMPLETED, Settled.EXEMPT), Settled.EXEMPT)
