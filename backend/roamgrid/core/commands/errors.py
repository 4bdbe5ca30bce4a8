"""Why a command did not do what the driver wanted."""

from roamgrid.kernel.errors import Conflict, Unavailable


class PartnerUnavailable(Unavailable):
    """The operator's platform did not answer in time or answered with a failure."""

    code = "PARTNER_UNAVAILABLE"
    hint = "The operator cannot be reached now. Try again in a minute, or another station."


class CommandRejected(Conflict):
    """The operator or its station refused the command."""

    code = "COMMAND_REJECTED"
    hint = "Check that the cable is plugged in and the connector is free, then ask for a new offer."
