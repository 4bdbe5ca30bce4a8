"""The charge detail record of a completed session (OCPI 2.2.1 mod_cdrs)."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from roamgrid.sandbox.cpo.network import Place
from roamgrid.sandbox.cpo.pricer import Cost
from roamgrid.sandbox.cpo.session import Session, amount_json, hours, identity, periods_json
from roamgrid.sandbox.cpo.tariff import Kind
from roamgrid.sandbox.ocpi.instants import written

Json = dict[str, Any]
_PARTS: dict[Kind, str] = {
    "FLAT": "total_fixed_cost",
    "ENERGY": "total_energy_cost",
    "TIME": "total_time_cost",
    "PARKING_TIME": "total_parking_cost",
}


def cdr_json(session: Session, cdr_id: str) -> Json:
    """The CDR, with location and tariff as they were at the session's start.

    A connector without a tariff gives a CDR without `tariffs` whose total_cost is 0, with a remark that says why.
    """
    parked = sum(period.seconds for period in session.charge.periods if not period.charging)
    charged = session.charge.seconds - parked
    cdr = identity(session) | {
        "id": cdr_id,
        "session_id": session.id,
        "end_date_time": written(session.charge.now),
        "cdr_location": _location_json(session.place),
        "charging_periods": periods_json(session, session.charge.periods),
        "total_energy": session.charge.kwh,
        "total_time": hours(charged) + hours(parked),
        "last_updated": written(session.updated),
    }
    if parked:
        cdr["total_parking_time"] = hours(parked)
    return cdr | _cost_json(session.cost) | ({"tariffs": [session.tariff]} if session.tariff else {})


def with_wrong_total(cdr: Json) -> Json:
    """The same CDR claiming a quarter and half a unit of currency more: wrong even where nothing is due."""
    claimed = {kind: Decimal(amount) * 5 / 4 + Decimal("0.5") for kind, amount in cdr["total_cost"].items()}
    return cdr | {"total_cost": claimed}


def credit_of(cdr: Json, at: datetime) -> Json:
    """A credit CDR: a new id, everything repeated, and only the total negative (OCPI 2.2.1 mod_cdrs, credit CDRs)."""
    negative = {kind: -amount for kind, amount in cdr["total_cost"].items()}
    corrected = {"credit": True, "credit_reference_id": cdr["id"], "total_cost": negative}
    return cdr | corrected | {"id": f"{cdr['id']}-C", "last_updated": written(at)}


def replacement_of(cdr: Json, at: datetime) -> Json:
    """What is billed instead of a CDR that was taken back; the same charge, a new id."""
    return cdr | {"id": f"{cdr['id']}-R", "last_updated": written(at)}


def _cost_json(cost: Cost | None) -> Json:
    if cost is None:
        return {"total_cost": {"excl_vat": 0}, "remark": "No tariff is published for this connector."}
    total = {"total_cost": amount_json(cost.total)}
    return total | {_PARTS[kind]: amount_json(part) for kind, part in cost.parts.items()}


def _location_json(place: Place) -> Json:
    """A CdrLocation: flat, with the shorter texts of OCPI 2.2.1 (address and city 45 characters)."""
    location, evse, connector = place.location, place.evse, place.connector
    flat = {
        "id": location["id"],
        "name": location.get("name"),
        "address": location["address"][:45],
        "city": location["city"][:45],
        "postal_code": location.get("postal_code"),
        "country": location["country"],
        "coordinates": location["coordinates"],
        "evse_uid": evse["uid"],
        "evse_id": evse.get("evse_id") or "#NA",
        "connector_id": connector["id"],
        "connector_standard": connector["standard"],
        "connector_format": connector["format"],
        "connector_power_type": connector["power_type"],
    }
    return {name: value for name, value in flat.items() if value is not None}
