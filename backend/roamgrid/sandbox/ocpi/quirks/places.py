"""Habits in locations. Each function changes a document in place; a location's EVSEs and connectors included."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from roamgrid.sandbox.ocpi.instants import written
from roamgrid.sandbox.ocpi.quirks.catalogue import Quirk

Json = dict[str, Any]
_ALPHA_2 = {"AUT": "AT", "BEL": "BE", "CHE": "CH", "DEU": "DE", "DNK": "DK", "ESP": "ES", "POL": "PL", "SWE": "SE"}
_WORKING = {"AVAILABLE", "CHARGING", "RESERVED", "BLOCKED"}
_CLOSING = "02:00"


def evses(place: Json) -> Iterator[Json]:
    """EVSEs of a location; of the single place of a CDR where that is a flat object, none."""
    yield from place.get("evses") or []


def connectors(place: Json) -> Iterator[Json]:
    for evse in evses(place):
        yield from evse.get("connectors") or []


def _fresh_last_updated(place: Json) -> None:
    place["last_updated"] = written(datetime.now(UTC))


def _no_last_updated(place: Json) -> None:
    for part in (place, *evses(place), *connectors(place)):
        part.pop("last_updated", None)


def _evses_vanish(place: Json) -> None:
    if "evses" in place:
        place["evses"] = [evse for evse in evses(place) if evse["status"] != "REMOVED"]


def _publish_flipped(place: Json) -> None:
    if "publish" in place and not any(evse["status"] in _WORKING for evse in evses(place)):
        place["publish"] = False


def _alpha2_country(place: Json) -> None:
    if "country" in place:
        place["country"] = _ALPHA_2.get(place["country"], place["country"][:2])


def _no_time_zone(place: Json) -> None:
    place.pop("time_zone", None)


def _old_connector_names(place: Json) -> None:
    for connector in connectors(place):
        for name in ("voltage", "amperage"):
            if f"max_{name}" in connector:
                connector[name] = connector.pop(f"max_{name}")


def _power_in_kw(place: Json) -> None:
    for connector in connectors(place):
        if watts := connector.get("max_electric_power"):
            connector["max_electric_power"] = Decimal(watts) / 1000


def _directions_as_text(place: Json) -> None:
    place["directions"] = "Behind the building, follow the signs."


def _long_floor_level(place: Json) -> None:
    for evse in evses(place):
        evse["floor_level"] = "second basement"


def _long_coordinates(place: Json) -> None:
    for part in (place, *evses(place)):
        if "coordinates" in part:
            part["coordinates"] = {name: f"{value}00000001" for name, value in part["coordinates"].items()}


def _evse_ids_with(separator: str) -> Callable[[Json], None]:
    def rewrite(place: Json) -> None:
        for part in (place, *evses(place)):
            if part.get("evse_id"):
                part["evse_id"] = part["evse_id"].replace("*", separator)

    return rewrite


def _hours_past_midnight(place: Json) -> None:
    ends = {weekday: "24:00" if weekday == 7 else _CLOSING for weekday in range(1, 8)}
    hours = [{"weekday": weekday, "period_begin": "06:00", "period_end": end} for weekday, end in ends.items()]
    place["opening_times"] = {"twentyfourseven": False, "regular_hours": hours}


def _with_tariffs(change: Callable[[str], str | None]) -> Callable[[Json], None]:
    """Rewrite what connectors say about their tariffs, in either version's spelling."""

    def rewrite(place: Json) -> None:
        for connector in connectors(place):
            if connector.get("tariff_ids"):
                changed = [change(tariff_id) for tariff_id in connector["tariff_ids"]]
                connector["tariff_ids"] = None if None in changed else changed
            if connector.get("tariff_id"):
                connector["tariff_id"] = change(connector["tariff_id"])

    return rewrite


REWRITES: dict[Quirk, Callable[[Json], None]] = {
    Quirk.FRESH_LAST_UPDATED: _fresh_last_updated,
    Quirk.NO_LAST_UPDATED: _no_last_updated,
    Quirk.EVSES_VANISH: _evses_vanish,
    Quirk.PUBLISH_FLIPPED: _publish_flipped,
    Quirk.ALPHA2_COUNTRY: _alpha2_country,
    Quirk.NO_TIME_ZONE: _no_time_zone,
    Quirk.OLD_CONNECTOR_NAMES: _old_connector_names,
    Quirk.POWER_IN_KW: _power_in_kw,
    Quirk.DIRECTIONS_AS_TEXT: _directions_as_text,
    Quirk.LONG_FLOOR_LEVEL: _long_floor_level,
    Quirk.LONG_COORDINATES: _long_coordinates,
    Quirk.EVSE_IDS_DASHED: _evse_ids_with("-"),
    Quirk.EVSE_IDS_BARE: _evse_ids_with(""),
    Quirk.HOURS_PAST_MIDNIGHT: _hours_past_midnight,
    Quirk.TARIFFS_UNRESOLVABLE: _with_tariffs(lambda tariff_id: f"{tariff_id}-GONE"),
    Quirk.TARIFF_IDS_NULL: _with_tariffs(lambda _: None),
    Quirk.TARIFF_ID_ONE: _with_tariffs(lambda _: "1"),
}
FLAT_REWRITES = {
    quirk: REWRITES[quirk]
    for quirk in (Quirk.ALPHA2_COUNTRY, Quirk.LONG_COORDINATES, Quirk.EVSE_IDS_DASHED, Quirk.EVSE_IDS_BARE)
}
"""What also shows in the flat location of a CDR."""
