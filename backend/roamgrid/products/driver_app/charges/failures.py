"""What a driver is told when a start did not work. Codes are stable (docs/errors.md)."""

from roamgrid.core.commands.models import CommandRow
from roamgrid.kernel.errors import DomainError
from roamgrid.products.driver_app.charges.models import Failure

_TRY_ANOTHER = "Try another connector or station."
_BY_REASON = {
    "PARTNER_UNAVAILABLE": (
        "PARTNER_UNAVAILABLE",
        "The operator cannot be reached now. Try again in a minute, or another station.",
    ),
    "COMMAND_REJECTED": (
        "START_REJECTED",
        "Check that the cable is plugged in and the connector is free, then ask for a new offer.",
    ),
    "REJECTED": ("START_REJECTED", "Check that the cable is plugged in and the connector is free, then ask for a new offer."),
    "NOT_SUPPORTED": ("START_NOT_SUPPORTED", "This station cannot be started from an app. Use a charging card."),
    "EVSE_OCCUPIED": ("EVSE_OCCUPIED", "Another car is charging here. " + _TRY_ANOTHER),
    "EVSE_INOPERATIVE": ("EVSE_INOPERATIVE", "The station is out of order. " + _TRY_ANOTHER),
    "TIMEOUT": (
        "START_TIMED_OUT",
        "Plug in and ask for a new offer. If the station begins to charge after all, it shows here.",
    ),
    "SESSION_INVALID": ("SESSION_INVALID", "Start again; you pay nothing for this one."),
    "NO_RESULT": ("START_TIMED_OUT", "The station did not answer. If it begins to charge after all, it shows here."),
}

INVALID_SESSION = Failure(
    "SESSION_INVALID", "the operator declared the session invalid", "Start again; you pay nothing for this one."
)
ABANDONED = Failure(
    "START_LOST", "the start was interrupted before the station was asked", "Ask for a new offer and start again."
)


def of_command(command: CommandRow) -> Failure:
    """Why a start command failed or timed out."""
    code, hint = _BY_REASON.get(command.reason or "", ("START_FAILED", _TRY_ANOTHER))
    return Failure(code, command.message or "the station did not start", hint)


def of_error(error: DomainError) -> Failure:
    """Why a start failed before the station was asked."""
    return Failure(error.code, error.message, error.hint)
