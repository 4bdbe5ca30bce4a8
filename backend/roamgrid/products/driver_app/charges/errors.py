"""Why a charge cannot be started or stopped."""

from roamgrid.kernel.errors import Conflict, NotFound


class ChargeNotFound(NotFound):
    """This driver never started such a charge."""

    code = "SESSION_NOT_FOUND"
    hint = "List your sessions; the ids of other drivers and brands are never found."


class NotCharging(Conflict):
    """Nothing runs that could be stopped."""

    code = "NOT_CHARGING"
    hint = "A charge can be stopped while it is CHARGING; one that never began ends by itself."


class ConnectorGone(NotFound):
    """The operator removed the connector after the offer was made."""

    code = "CONNECTOR_GONE"
    hint = "Look up the station again and choose another connector."
