"""Why a command did not do what the driver wanted."""

from roamgrid.kernel.errors import Conflict, NotFound, Unavailable


class PartnerUnavailable(Unavailable):
    """The operator's platform did not answer in time or answered with a failure."""

    code = "PARTNER_UNAVAILABLE"
    hint = "The operator cannot be reached now. Try again in a minute, or another station."


class PartnerNotReached(PartnerUnavailable):
    """Nothing was sent to the operator's platform, so nothing can have been done there: another way may be tried."""


class CommandRejected(Conflict):
    """The operator or its station refused the command."""

    code = "COMMAND_REJECTED"
    hint = "Check that the cable is plugged in and the connector is free, then ask for a new offer."


class CommandNotSpoken(Conflict):
    """The operator speaks a protocol that has no such command, such as OCPI 2.1.1 and CANCEL_RESERVATION."""

    code = "COMMAND_NOT_SPOKEN"
    hint = "Do without it for this operator; a reservation ends by itself when its time is over."


class UnknownReservation(NotFound):
    """There is no reservation under that command, or it has ended."""

    code = "UNKNOWN_RESERVATION"
    hint = "Reserve again; a reservation ends when it is used, given back, taken back or over."
