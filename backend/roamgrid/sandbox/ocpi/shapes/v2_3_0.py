"""OCPI 2.3.0 on the wire: 2.2.1 with taxes itemised, and a hub that is named beside the parties behind it."""

from dataclasses import replace
from typing import Any

from roamgrid.sandbox.ocpi.shapes import v2_2_1
from roamgrid.sandbox.ocpi.shapes.shape import Introduction

Json = dict[str, Any]
_COSTS = (
    "total_cost",
    "total_fixed_cost",
    "total_energy_cost",
    "total_time_cost",
    "total_parking_cost",
    "total_reservation_cost",
)


def tariff(house: Json) -> Json:
    """House prices are net, with VAT in percent beside them; that is what `tax_included: NO` says."""
    limits = {name: _limit(house[name]) for name in ("min_price", "max_price") if house.get(name)}
    return house | limits | {"tax_included": "NO"}


def session(house: Json, _: Json) -> Json:
    return _priced(house)


def cdr(house: Json, _: Json) -> Json:
    tariffs = {"tariffs": [tariff(item) for item in house["tariffs"]]} if "tariffs" in house else {}
    return _priced(house) | tariffs


def introduce(ours: Introduction) -> Json:
    hub = {"hub_party_id": ours.hub_party_id} if ours.hub_party_id else {}
    return v2_2_1.introduce(ours) | hub


def _priced(house: Json) -> Json:
    return house | {name: _price(house[name]) for name in _COSTS if name in house}


def _price(house: Json) -> Json:
    """Without a gross amount the taxes are not known, which an absent list says better than an empty one."""
    if house.get("incl_vat") is None:
        return {"before_taxes": house["excl_vat"]}
    tax = {"name": "VAT", "amount": house["incl_vat"] - house["excl_vat"]}
    return {"before_taxes": house["excl_vat"], "taxes": [tax]}


def _limit(house: Json) -> Json:
    gross = house.get("incl_vat")
    return {"before_taxes": house["excl_vat"]} | ({} if gross is None else {"after_taxes": gross})


SHAPE = replace(v2_2_1.SHAPE, version="2.3.0", tariff=tariff, session=session, cdr=cdr, introduce=introduce)
