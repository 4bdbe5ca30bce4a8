"""The operator room's use cases in one place."""

from roamgrid.core.operator.addressees import address, addressee, due, look_up, note_nobody, told, unaddressed
from roamgrid.core.operator.published import (
    cdrs,
    charge,
    charges_since,
    location,
    locations,
    locations_since,
    present_location,
    present_tariff,
    sessions,
    tariffs,
    tariffs_since,
)

__all__ = [
    "address",
    "addressee",
    "cdrs",
    "charge",
    "charges_since",
    "due",
    "location",
    "locations",
    "locations_since",
    "look_up",
    "note_nobody",
    "present_location",
    "present_tariff",
    "sessions",
    "tariffs",
    "tariffs_since",
    "told",
    "unaddressed",
]
