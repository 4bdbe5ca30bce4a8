"""Tariff: canonical to wire (OCPI 2.1.1, Tariffs module). It is written as one of 2.2.1 and then says less.

A price is never said where it would not hold: reservations, which 2.1.1 cannot price, are left out; a tariff whose other
prices hang on conditions that it does not know is not said at all.
"""

from collections.abc import Iterable
from dataclasses import replace

from roamgrid.canonical.tariff import PriceLimit, Tariff, TariffElement
from roamgrid.ocpi.mapping.v2_1_1.unsaid import unsaid
from roamgrid.ocpi.mapping.v2_2_1 import write_tariff as later
from roamgrid.ocpi.speech import Document, Loss, Losses, Unsayable, Ways

_COMPONENT = "/elements/*/price_components/*"
_RESTRICTION = "/elements/*/restrictions"
_NO_PLACE = frozenset({"country_code", "party_id", "type", "min_price", "max_price", "start_date_time", "end_date_time"})


def write_tariff(value: Tariff, ways: Ways, losses: Losses) -> Document:
    """The whole object; its owner stands in the address.

    Raises `Unsayable` for prices that include tax, that depend on the current, or that are for reservations only.
    """
    elements = tuple([element for element in value.elements if not _is_for_reservations(element, losses)])
    if value.elements and not elements:
        raise Unsayable(
            f"tariff {value.id}: it prices reservations only, which 2.1.1 cannot", field=f"{_RESTRICTION}/reservation"
        )
    _require_known_conditions(value.id, elements)
    document = later.write_tariff(replace(value, elements=elements), ways, losses)
    unsaid(
        {
            "/type": value.type,
            "/min_price": _shown(value.min_price),
            "/max_price": _shown(value.max_price),
            "/start_date_time": value.valid_from,
            "/end_date_time": value.valid_to,
        },
        losses,
    )
    rates = {item.vat_percent for element in elements for item in element.components if item.vat_percent is not None}
    losses += [Loss(f"{_COMPONENT}/vat", str(rate)) for rate in sorted(rates)]
    kept = {name: said for name, said in document.items() if name not in _NO_PLACE}
    return kept | {"elements": [_without_vat(element) for element in document["elements"]]}


def _is_for_reservations(element: TariffElement, losses: Losses) -> bool:
    reservation = element.restrictions.reservation if element.restrictions else None
    unsaid({f"{_RESTRICTION}/reservation": reservation}, losses)
    return reservation is not None


def _require_known_conditions(tariff: str, elements: Iterable[TariffElement]) -> None:
    for element in elements:
        if element.restrictions and (element.restrictions.min_current, element.restrictions.max_current) != (None, None):
            raise Unsayable(
                f"tariff {tariff}: a price depends on the current, a condition that 2.1.1 does not know",
                field=f"{_RESTRICTION}/min_current",
            )


def _without_vat(element: Document) -> Document:
    components = [
        {name: said for name, said in component.items() if name != "vat"} for component in element["price_components"]
    ]
    return element | {"price_components": components}


def _shown(limit: PriceLimit | None) -> str | None:
    return None if limit is None else f"net {limit.net}, gross {limit.gross}"
