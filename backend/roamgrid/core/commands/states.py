"""The state machine of a command (D18).

A start:  REQUESTED -> ACCEPTED -> WAITING_FOR_PLUG -> CHARGING -> COMPLETED, or FAILED or TIMED_OUT on the way.
A reservation: REQUESTED -> ACCEPTED -> RESERVED -> COMPLETED (used, given back or over) or CANCELED (taken back).
Anything else: REQUESTED -> ACCEPTED -> COMPLETED, or FAILED or TIMED_OUT.

TIMED_OUT is not FAILED: nobody knows, and a station that still refuses makes it FAILED. The session is the truth: one that
shows up after TIMED_OUT or FAILED makes the start LATE, and from there it goes on as if it had come in time; one that its
operator declares invalid makes it FAILED, wherever it stood. A session that ended has stopped, whatever the stop was told.
"""

from enum import StrEnum


class CommandKind(StrEnum):
    """What was asked for."""

    START_SESSION = "START_SESSION"
    STOP_SESSION = "STOP_SESSION"
    RESERVE_NOW = "RESERVE_NOW"
    CANCEL_RESERVATION = "CANCEL_RESERVATION"
    UNLOCK_CONNECTOR = "UNLOCK_CONNECTOR"


class CommandState(StrEnum):
    """Where a command stands."""

    REQUESTED = "REQUESTED"
    ACCEPTED = "ACCEPTED"
    WAITING_FOR_PLUG = "WAITING_FOR_PLUG"
    CHARGING = "CHARGING"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"
    TIMED_OUT = "TIMED_OUT"
    LATE = "LATE"
    RESERVED = "RESERVED"
    CANCELED = "CANCELED"


_S = CommandState

ALLOWED: dict[CommandState, frozenset[CommandState]] = {
    _S.REQUESTED: frozenset(
        {_S.ACCEPTED, _S.WAITING_FOR_PLUG, _S.CHARGING, _S.RESERVED, _S.COMPLETED, _S.FAILED, _S.TIMED_OUT, _S.CANCELED}
    ),
    _S.ACCEPTED: frozenset({_S.WAITING_FOR_PLUG, _S.CHARGING, _S.RESERVED, _S.COMPLETED, _S.FAILED, _S.TIMED_OUT, _S.CANCELED}),
    _S.WAITING_FOR_PLUG: frozenset({_S.CHARGING, _S.COMPLETED, _S.FAILED, _S.TIMED_OUT}),
    _S.CHARGING: frozenset({_S.COMPLETED, _S.FAILED}),
    _S.LATE: frozenset({_S.CHARGING, _S.COMPLETED, _S.FAILED}),
    _S.TIMED_OUT: frozenset({_S.LATE, _S.RESERVED, _S.COMPLETED, _S.FAILED, _S.CANCELED}),
    _S.FAILED: frozenset({_S.LATE, _S.COMPLETED}),
    _S.RESERVED: frozenset({_S.COMPLETED, _S.CANCELED}),
    _S.COMPLETED: frozenset(),
    _S.CANCELED: frozenset(),
}
"""Every permitted step; anything else is ignored as late news."""

OPEN = frozenset({_S.REQUESTED, _S.ACCEPTED, _S.WAITING_FOR_PLUG})
"""States in which somebody still waits."""

LISTENING = OPEN | {_S.TIMED_OUT}
"""States in which an operator's answer says something new. Later only the session counts."""

HELD = OPEN | {_S.RESERVED}
"""States that end by themselves when their time has come."""


def may(now: CommandState, then: CommandState) -> bool:
    """Whether a command may step from `now` to `then`."""
    return then in ALLOWED[now]
