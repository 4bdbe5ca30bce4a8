"""The states a driver sees, derived from the truth: command, session and settlement (D18).

REQUESTED -> ACCEPTED -> WAITING_FOR_PLUG -> CHARGING -> COMPLETED -> BILLED, with these ways out: FAILED, TIMED_OUT (nobody
knows; a session that still comes makes it LATE, then CHARGING), DISPUTED (the operator's total is wrong, nothing is billed
yet) and IN_REVIEW (somebody has to look at it).
"""

from collections.abc import Sequence
from enum import StrEnum

from roamgrid.canonical.session import SessionStatus
from roamgrid.core.commands.states import CommandState


class ChargeState(StrEnum):
    """Where a charge stands."""

    REQUESTED = "REQUESTED"
    ACCEPTED = "ACCEPTED"
    WAITING_FOR_PLUG = "WAITING_FOR_PLUG"
    CHARGING = "CHARGING"
    COMPLETED = "COMPLETED"
    BILLED = "BILLED"
    FAILED = "FAILED"
    TIMED_OUT = "TIMED_OUT"
    LATE = "LATE"
    DISPUTED = "DISPUTED"
    IN_REVIEW = "IN_REVIEW"


class Settled(StrEnum):
    """What settlement made of the CDR."""

    BILLED = "billed"
    EXEMPT = "exempt"
    DISPUTED = "disputed"
    ERROR = "error"


_GIVEN_UP = frozenset({ChargeState.FAILED, ChargeState.TIMED_OUT})
_OUTCOMES = {
    Settled.BILLED: ChargeState.BILLED,
    Settled.DISPUTED: ChargeState.DISPUTED,
    Settled.ERROR: ChargeState.IN_REVIEW,
}
_FINAL = frozenset({ChargeState.BILLED, ChargeState.FAILED, ChargeState.DISPUTED, ChargeState.IN_REVIEW})


def path(
    command: Sequence[CommandState],
    session: SessionStatus | None,
    settled: Settled | None,
    *,
    failed_before_command: bool = False,
) -> tuple[ChargeState, ...]:
    """All states so far, oldest first. Each source may run ahead of the others: what must have happened is filled in."""
    states = [ChargeState.REQUESTED]
    if failed_before_command:
        _step(states, ChargeState.FAILED)
    for state in command:
        _step(states, ChargeState(state))
    if session in (SessionStatus.ACTIVE, SessionStatus.COMPLETED) or settled is not None:
        _charging(states)
    if session is SessionStatus.COMPLETED or settled is not None:
        _step(states, ChargeState.COMPLETED)
    if session is SessionStatus.INVALID and settled is None:
        _step(states, ChargeState.FAILED)
    if settled in _OUTCOMES:
        _step(states, _OUTCOMES[settled])
    return tuple(states)


def is_final(states: Sequence[ChargeState], settled: Settled | None) -> bool:
    """Nothing more is expected. A station may still surprise us after FAILED; then the charge moves on nevertheless."""
    return states[-1] in _FINAL or settled is Settled.EXEMPT


def _charging(states: list[ChargeState]) -> None:
    if ChargeState.CHARGING in states:
        return
    if states[-1] is ChargeState.COMPLETED:
        states.insert(len(states) - 1, ChargeState.CHARGING)
        return
    if states[-1] in _GIVEN_UP:
        _step(states, ChargeState.LATE)
    _step(states, ChargeState.CHARGING)


def _step(states: list[ChargeState], state: ChargeState) -> None:
    if states[-1] is not state:
        states.append(state)
