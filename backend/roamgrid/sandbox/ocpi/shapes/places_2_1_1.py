"""Locations, EVSEs and connectors as OCPI 2.1.1 writes them: only what that version knows."""

from typing import Any

Json = dict[str, Any]
_TYPES = {"ON_STREET", "PARKING_GARAGE", "UNDERGROUND_GARAGE", "PARKING_LOT"}
_RENAMED_TYPES = {"ALONG_MOTORWAY": "OTHER", "ON_DRIVEWAY": "OTHER"}
_CAPABILITIES = {
    "CHARGING_PROFILE_CAPABLE",
    "CREDIT_CARD_PAYABLE",
    "REMOTE_START_STOP_CAPABLE",
    "RESERVABLE",
    "RFID_READER",
    "UNLOCK_CAPABLE",
}
_FACILITIES_SINCE = {"BIKE_SHARING", "METRO_STATION", "PARKING_LOT", "TRAM_STOP"}
_LOCATION_FIELDS = (
    *("id", "name", "city", "country", "coordinates", "related_locations", "directions", "operator", "suboperator"),
    *("owner", "time_zone", "opening_times", "charging_when_closed", "images", "last_updated"),
)
_EVSE_FIELDS = (
    *("uid", "evse_id", "status", "status_schedule", "floor_level", "coordinates", "physical_reference", "directions"),
    *("images", "last_updated"),
)
_CONNECTOR_FIELDS = ("id", "standard", "format", "terms_and_conditions", "last_updated")


def location(house: Json) -> Json:
    told = _kept(house, _LOCATION_FIELDS)
    kind = house.get("parking_type")
    told["type"] = kind if kind in _TYPES else _RENAMED_TYPES.get(kind or "", "UNKNOWN")
    told["address"] = house["address"][:45]
    told["postal_code"] = (house.get("postal_code") or "-")[:10]
    if house.get("evses"):
        told["evses"] = [evse(item) for item in house["evses"]]
    if facilities := [name for name in house.get("facilities") or [] if name not in _FACILITIES_SINCE]:
        told["facilities"] = facilities
    if mix := house.get("energy_mix"):
        told["energy_mix"] = _energy_mix(mix)
    return told


def evse(house: Json) -> Json:
    told = _kept(house, _EVSE_FIELDS)
    if capabilities := [name for name in house.get("capabilities") or [] if name in _CAPABILITIES]:
        told["capabilities"] = capabilities
    if restrictions := house.get("parking_restrictions"):
        told["parking_restrictions"] = restrictions
    if house.get("connectors"):
        told["connectors"] = [connector(item) for item in house["connectors"]]
    return told


def connector(house: Json) -> Json:
    """Voltage and current are required; what a publisher left out is written as zero, as such peers do."""
    told = _kept(house, _CONNECTOR_FIELDS)
    power = house.get("power_type", "")
    told["power_type"] = "AC_1_PHASE" if power.startswith("AC_2_PHASE") else power
    told["voltage"], told["amperage"] = (int(house.get(name) or 0) for name in ("max_voltage", "max_amperage"))
    if tariff_ids := house.get("tariff_ids"):
        told["tariff_id"] = tariff_ids[0]
    return told


def _energy_mix(house: Json) -> Json:
    impacts = [{"source": item["category"], "amount": item["amount"]} for item in house.get("environ_impact") or []]
    return {name: value for name, value in house.items() if name != "environ_impact"} | (
        {"environ_impact": impacts} if impacts else {}
    )


def _kept(house: Json, names: tuple[str, ...]) -> Json:
    return {name: house[name] for name in names if house.get(name) is not None}
