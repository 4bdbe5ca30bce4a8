"""The networks behind a hub: operators of its own, or those of another dump under the hub's ids."""

from decimal import Decimal
from typing import Any

from roamgrid.kernel.json import dumps, loads
from roamgrid.sandbox.cpo.dump import bundled_objects, read_objects
from roamgrid.sandbox.cpo.network import Network
from roamgrid.sandbox.hub.options import BUNDLED, HubOptions

Json = dict[str, Any]
_LONGEST_ID = 36
_OWN_PARTIES = {"DOM": ("HNO", "Hubstroom Noord"), "RYN": ("HZU", "Hubstroom Zuid")}
_NORTH = Decimal("0.031")


def fronted_network(options: HubOptions) -> Network:
    """What the hub shows. Raises UnreadableDump."""
    if options.mirror_of is None or options.mirror_of == BUNDLED:
        locations, tariffs = bundled_objects("locations.json"), bundled_objects("tariffs.json")
    else:
        locations = read_objects(options.mirror_of)
        tariffs = read_objects(options.tariffs) if options.tariffs else []
    relabel = _own if options.mirror_of is None else _unchanged
    network = Network()
    network.load(
        locations=[dumps(relabel(_renamed_location(loads(raw), options.party_id))) for raw in locations],
        tariffs=[dumps(relabel(_renamed_tariff(loads(raw), options))) for raw in tariffs],
    )
    return network


def _renamed_location(location: Json, prefix: str) -> Json:
    """Ids of the hub's own; `evse_id` stays, since it names the EVSE itself."""
    evses = [
        evse
        | {"uid": _prefixed(evse["uid"], prefix)}
        | {"connectors": [_renamed_connector(item, prefix) for item in evse.get("connectors") or []]}
        for evse in location.get("evses") or []
    ]
    return location | {"id": _prefixed(location["id"], prefix), "evses": evses}


def _renamed_connector(connector: Json, prefix: str) -> Json:
    if not connector.get("tariff_ids"):
        return connector
    return connector | {"tariff_ids": [_prefixed(tariff_id, prefix) for tariff_id in connector["tariff_ids"]]}


def _renamed_tariff(tariff: Json, options: HubOptions) -> Json:
    """The operator's tariff as the hub sells it. Limits of the whole price stay as they are."""
    factor = 1 + options.markup_percent / 100
    elements = [
        element | {"price_components": [item | {"price": item["price"] * factor} for item in element["price_components"]]}
        for element in tariff["elements"]
    ]
    return tariff | {"id": _prefixed(tariff["id"], options.party_id), "elements": elements}


def _unchanged(document: Json) -> Json:
    return document


def _own(document: Json) -> Json:
    """Operators that exist behind this hub only: other parties, other EVSE ids, other places."""
    party_id, name = _OWN_PARTIES.get(document["party_id"], (document["party_id"], document["party_id"]))
    changed = document | {"party_id": party_id}
    if "evses" not in document:
        return changed
    before, after = f"*{document['party_id']}*", f"*{party_id}*"
    evses = [evse | {"evse_id": evse["evse_id"].replace(before, after)} for evse in document["evses"]]
    latitude = Decimal(document["coordinates"]["latitude"]) + _NORTH
    moved = document["coordinates"] | {"latitude": f"{latitude:.6f}"}
    return changed | {"evses": evses, "coordinates": moved, "operator": {"name": name}}


def _prefixed(object_id: str, prefix: str) -> str:
    return f"{prefix}-{object_id}"[:_LONGEST_ID]
