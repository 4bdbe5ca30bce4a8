"""What a control desk shows of connections and knobs: meant to be printed and shared, so without any token."""

from decimal import Decimal
from typing import Any

from roamgrid.sandbox.ocpi.connections import Connection
from roamgrid.sandbox.ocpi.knobs import PeerKnobs

Json = dict[str, Any]


def connection_json(connection: Connection) -> Json:
    return {
        "id": connection.id,
        "version": connection.shape.version,
        "versions_url": connection.versions_url,
        "roles": connection.roles,
        "hub_party_id": connection.hub_party_id,
        "endpoints": [{"identifier": module, "role": role, "url": url} for (module, role), url in connection.endpoints.items()],
        "tokens": len(connection.tokens),
    }


def knobs_json(knobs: PeerKnobs) -> Json:
    values = ((name, getattr(knobs, name)) for name in knobs.__struct_fields__)
    return {name: _plain(value) for name, value in values}


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return value.normalize()
    return sorted(value) if isinstance(value, frozenset) else value
