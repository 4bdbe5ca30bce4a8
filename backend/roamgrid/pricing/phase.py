"""The parts of a session that are priced apart, and the headings their costs are summed under."""

from enum import StrEnum

from roamgrid.canonical.tariff import Dimension


class Phase(StrEnum):
    """SESSION: plugged in. RESERVATION: waiting for a driver who came. EXPIRED: waiting for one who never did."""

    SESSION = "SESSION"
    RESERVATION = "RESERVATION"
    EXPIRED = "EXPIRED"


class Heading(StrEnum):
    """The five cost groups of a charge detail record; everything about a reservation falls under RESERVATION."""

    ENERGY = "ENERGY"
    TIME = "TIME"
    PARKING_TIME = "PARKING_TIME"
    FLAT = "FLAT"
    RESERVATION = "RESERVATION"


SESSION_HEADINGS = {
    Dimension.ENERGY: Heading.ENERGY,
    Dimension.TIME: Heading.TIME,
    Dimension.PARKING_TIME: Heading.PARKING_TIME,
    Dimension.FLAT: Heading.FLAT,
}


def heading(phase: Phase, dimension: Dimension) -> Heading:
    """Where a component's cost is summed."""
    return SESSION_HEADINGS[dimension] if phase is Phase.SESSION else Heading.RESERVATION
