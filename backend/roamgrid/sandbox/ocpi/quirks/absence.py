"""Habits in saying that there is no value. A PATCH or a result says only what it says, so it is not concerned."""

from typing import Any

from roamgrid.sandbox.ocpi.quirks.catalogue import Quirk

Json = dict[str, Any]
_OPTIONAL: dict[str, tuple[str, ...]] = {
    "location": ("name", "suboperator", "owner", "energy_mix", "opening_times", "images", "directions", "facilities"),
    "tariff": ("tariff_alt_text", "tariff_alt_url", "energy_mix"),
    "session": ("meter_id", "total_cost", "charging_periods"),
    "cdr": ("meter_id", "remark", "tariffs", "total_parking_time"),
    "token": ("visual_number", "language"),
}
VALUES = {Quirk.NULLS_EVERYWHERE: None, Quirk.EMPTY_TEXT_FOR_ABSENT: ""}


def spelled_out(kind: str, value: str | None) -> Json:
    """Every optional field of such an object that every version has, with the value that stands for nothing."""
    return dict.fromkeys(_OPTIONAL.get(kind, ()), value)
