"""Habits in tariffs. Each function changes a document in place."""

from collections.abc import Callable
from typing import Any

from roamgrid.sandbox.ocpi.quirks.catalogue import Quirk

Json = dict[str, Any]


def _empty_elements(tariff: Json) -> None:
    tariff["elements"] = []


def _camel_case_restrictions(tariff: Json) -> None:
    for element in tariff["elements"]:
        if restrictions := element.get("restrictions"):
            element["restrictions"] = {_camel(name): value for name, value in restrictions.items()}


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(word.capitalize() for word in others)


def _end_time_24(tariff: Json) -> None:
    """Only where nothing else restricts the element, so that the price stays the same."""
    for element in tariff["elements"]:
        if not element.get("restrictions"):
            element["restrictions"] = {"start_time": "00:00", "end_time": "24:00"}


def _step_size_zero(tariff: Json) -> None:
    for element in tariff["elements"]:
        for component in element["price_components"]:
            if component["type"] == "ENERGY":
                component["step_size"] = 0


def _alt_text_contradicts(tariff: Json) -> None:
    tariff["tariff_alt_text"] = [{"language": "en", "text": "0.11 per kWh, everything included."}]


REWRITES: dict[Quirk, Callable[[Json], None]] = {
    Quirk.EMPTY_ELEMENTS: _empty_elements,
    Quirk.CAMEL_CASE_RESTRICTIONS: _camel_case_restrictions,
    Quirk.END_TIME_24: _end_time_24,
    Quirk.STEP_SIZE_ZERO: _step_size_zero,
    Quirk.ALT_TEXT_CONTRADICTS: _alt_text_contradicts,
}
