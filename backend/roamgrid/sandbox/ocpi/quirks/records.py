"""Habits in sessions and CDRs. Each function changes a document in place; fields that are not there are left alone."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from roamgrid.sandbox.ocpi.quirks.catalogue import Quirk

Json = dict[str, Any]
_ENERGY_DIMENSIONS = {"ENERGY", "ENERGY_IMPORT", "ENERGY_EXPORT"}
_PARTS = ("fixed", "energy", "time", "parking", "reservation")
_UNKNOWN_MOMENT = "1970-1-1T00:00:00Z"


def _periods(record: Json) -> list[Json]:
    return record.get("charging_periods") or []


def _dimensions(record: Json) -> Iterator[Json]:
    for period in _periods(record):
        yield from period["dimensions"]


def _wh_energy(record: Json) -> None:
    for name in ("kwh", "total_energy"):
        if name in record:
            record[name] = record[name] * 1000
    for dimension in _dimensions(record):
        if dimension["type"] in _ENERGY_DIMENSIONS:
            dimension["volume"] = dimension["volume"] * 1000


def _energy_register(session: Json) -> None:
    """A reading since the start, beside the energy of each period, as measured by the same meter."""
    reading = Decimal()
    for period in _periods(session):
        reading += sum((item["volume"] for item in period["dimensions"] if item["type"] == "ENERGY"), Decimal())
        period["dimensions"] = [*period["dimensions"], {"type": "ENERGY_IMPORT", "volume": reading}]


def _stuck_pending(session: Json) -> None:
    if "status" in session:
        session["status"] = "PENDING"


def _patch_without_date(patch: Json) -> None:
    patch.pop("last_updated", None)


def _auth_method_flips(patch: Json) -> None:
    patch["auth_method"] = "WHITELIST"


def _no_sub_totals(cdr: Json) -> None:
    for part in _PARTS:
        cdr.pop(f"total_{part}_cost", None)


def _zero_total_cost(cdr: Json) -> None:
    total = cdr["total_cost"]
    net = "before_taxes" if isinstance(total, dict) and "before_taxes" in total else "excl_vat"
    cdr["total_cost"] = {net: 0} if isinstance(total, dict) else 0


def _flat_dimension(cdr: Json) -> None:
    first = _periods(cdr)[0]
    first["dimensions"] = [{"type": "FLAT", "volume": 1}, *first["dimensions"]]


def _unpaid_parking_unlisted(cdr: Json) -> None:
    """A period that has nothing else to report disappears with its dimension."""
    priced = {item["type"] for tariff in cdr.get("tariffs") or [] for e in tariff["elements"] for item in e["price_components"]}
    if "PARKING_TIME" in priced:
        return
    for period in _periods(cdr):
        period["dimensions"] = [item for item in period["dimensions"] if item["type"] != "PARKING_TIME"]
    cdr["charging_periods"] = [period for period in _periods(cdr) if period["dimensions"]]


def _unknown_start(cdr: Json) -> None:
    cdr["start_date_time"] = _UNKNOWN_MOMENT


def _other_tariff_in_cdr(cdr: Json) -> None:
    for tariff in cdr.get("tariffs") or []:
        tariff["id"] = f"{tariff['id']}-OVERSTAY"
        tariff["elements"] = [
            *tariff["elements"],
            {"price_components": [{"type": "PARKING_TIME", "price": 6, "step_size": 60}]},
        ]
    for period in _periods(cdr):
        if "tariff_id" in period:
            period["tariff_id"] = f"{period['tariff_id']}-OVERSTAY"


def _incl_vat_null(record: Json) -> None:
    for name in ("total_cost", *(f"total_{part}_cost" for part in _PARTS)):
        if isinstance(record.get(name), dict):
            record[name] = {"incl_vat": None} | record[name]


def _location_all_evses(cdr: Json) -> None:
    """The place of the charge, and others beside it that had no part in it."""
    used = cdr["location"]["evses"]
    neighbours = [evse | {"uid": f"{evse['uid']}-NEIGHBOUR", "evse_id": f"{evse.get('evse_id', '')}9"} for evse in used]
    cdr["location"]["evses"] = [*neighbours, *used]


def _location_no_evses(cdr: Json) -> None:
    cdr["location"].pop("evses", None)


def _token_uid_lowercase(record: Json) -> None:
    if "cdr_token" in record:
        record["cdr_token"] = record["cdr_token"] | {"uid": record["cdr_token"]["uid"].lower()}
    if "auth_id" in record:
        record["auth_id"] = record["auth_id"].lower()


def _tariff_id_one(record: Json) -> None:
    for tariff in record.get("tariffs") or []:
        tariff["id"] = "1"
    for period in _periods(record):
        if "tariff_id" in period:
            period["tariff_id"] = "1"


_BOTH: dict[Quirk, Callable[[Json], None]] = {
    Quirk.TOKEN_UID_LOWERCASE: _token_uid_lowercase,
    Quirk.TARIFF_ID_ONE: _tariff_id_one,
    Quirk.INCL_VAT_NULL: _incl_vat_null,
    Quirk.WH_ENERGY: _wh_energy,
}
SESSION_REWRITES = _BOTH | {Quirk.ENERGY_REGISTER: _energy_register, Quirk.STUCK_PENDING: _stuck_pending}
PATCH_REWRITES = SESSION_REWRITES | {
    Quirk.PATCH_WITHOUT_DATE: _patch_without_date,
    Quirk.AUTH_METHOD_FLIPS: _auth_method_flips,
}
CDR_REWRITES = _BOTH | {
    Quirk.NO_SUB_TOTALS: _no_sub_totals,
    Quirk.ZERO_TOTAL_COST: _zero_total_cost,
    Quirk.FLAT_DIMENSION: _flat_dimension,
    Quirk.UNPAID_PARKING_UNLISTED: _unpaid_parking_unlisted,
    Quirk.UNKNOWN_START: _unknown_start,
    Quirk.OTHER_TARIFF_IN_CDR: _other_tariff_in_cdr,
    Quirk.CDR_LOCATION_ALL_EVSES: _location_all_evses,
    Quirk.CDR_LOCATION_NO_EVSES: _location_no_evses,
}
