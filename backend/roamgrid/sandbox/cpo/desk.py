"""What the developer at the control desk can do; `control.py` is its HTTP form."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec

from roamgrid.sandbox.cpo.authorise import Card, Refused, authorise_card
from roamgrid.sandbox.cpo.cdr import with_wrong_total
from roamgrid.sandbox.cpo.connections import Connection
from roamgrid.sandbox.cpo.dump import read_objects, read_removed
from roamgrid.sandbox.cpo.network import Place, place_in
from roamgrid.sandbox.cpo.operator import cdr_push
from roamgrid.sandbox.cpo.options import Knobs
from roamgrid.sandbox.cpo.process import Process

Json = dict[str, Any]
SHOWN = 200


class NotThere(Exception):
    """The control request names something that does not exist; the message says what."""


class Desk:
    """Acts on the running process."""

    def __init__(self, process: Process) -> None:
        self._process = process

    def state(self) -> Json:
        """Counts, connections, the latest sessions and CDRs (oldest first), what happened to pushes, and the knobs."""
        process = self._process
        return {
            "locations": len(process.network.locations),
            "tariffs": len(process.network.tariffs),
            "parties": len(process.network.parties),
            "unreadable": process.network.unreadable,
            "connections": [_connection_json(item) for item in process.connections.registered()],
            "session_count": len(process.records.sessions),
            "sessions": [session.as_json() for session in list(process.records.sessions.values())[-SHOWN:]],
            "cdr_count": len(process.records.cdrs),
            "cdrs": [kept.cdr for kept in list(process.records.cdrs.values())[-SHOWN:]],
            "pushes": dict(process.pushes.tally),
            "knobs": _knobs_json(process.knobs),
        }

    def turn(self, changes: Json) -> Json:
        """Change some knobs; the others stay. Raises msgspec.ValidationError naming the wrong one."""
        current = {name: getattr(self._process.knobs, name) for name in Knobs.__struct_fields__}
        self._process.knobs = msgspec.convert(current | changes, Knobs)
        return _knobs_json(self._process.knobs)

    async def register(self, versions_url: str, token: str) -> Json:
        return _connection_json(await self._process.handshake.register(versions_url, token))

    def invite(self) -> Json:
        token = self._process.connections.invite()
        return {"versions_url": f"{self._process.options.base_url}/ocpi/versions", "token": token}

    def merge(self, locations: Path | None, tariffs: Path | None, removed: Path | None) -> Json:
        """Add, replace and remove objects from files. Raises UnreadableDump, and then nothing has changed."""
        new_locations = read_objects(locations) if locations else []
        new_tariffs = read_objects(tariffs) if tariffs else []
        gone = read_removed(removed) if removed else []
        network = self._process.network
        network.load(locations=new_locations, tariffs=new_tariffs, at=datetime.now(UTC))
        return {
            "locations_merged": len(new_locations),
            "tariffs_merged": len(new_tariffs),
            "locations_removed": network.remove(gone),
            "locations": len(network.locations),
            "tariffs": len(network.tariffs),
        }

    async def tap(
        self,
        *,
        location_id: str,
        evse_uid: str,
        connector_id: str | None,
        token_uid: str,
        kind: str,
        connection_id: str,
    ) -> Json:
        """A driver holds a card to the reader. Raises Refused when the provider or the station says no."""
        place = self._place(location_id, evse_uid, connector_id)
        connection = self._connection(connection_id)
        if obstacle := self._process.operator.obstacle(place):
            raise Refused(obstacle[1])
        authorisation = await authorise_card(Card(token_uid, kind), place, connection, self._process.peer)
        session = self._process.operator.begin(place, authorisation)
        return {"session_id": session.id, "auth_method": authorisation.method, "reference": authorisation.reference}

    def stop(self, session_id: str) -> Json:
        """The driver unplugs."""
        session = self._process.records.session(session_id)
        if session is None:
            raise NotThere(f"session {session_id}")
        session.stop.set()
        return {"session_id": session.id}

    async def replay_cdr(self, cdr_id: str, *, changed: bool) -> Json:
        """Post a CDR once more, unchanged or with another total; what the peer answered. Raises Unreachable."""
        kept = self._process.records.cdrs.get(cdr_id.casefold())
        if kept is None:
            raise NotThere(f"CDR {cdr_id}")
        cdr = with_wrong_total(kept.cdr) if changed else kept.cdr
        push = cdr_push(cdr, self._connection(kept.connection))
        if push is None:
            raise NotThere("a cdrs receiver at the peer")
        answer = await self._process.pushes.exactly(push)
        return {"http": answer.http, "status_code": answer.code, "status_message": answer.message}

    def _place(self, location_id: str, evse_uid: str, connector_id: str | None) -> Place:
        location = self._process.network.location(location_id)
        place = place_in(location, evse_uid, connector_id) if location else None
        if place is None:
            raise NotThere(f"location {location_id}, EVSE {evse_uid}, connector {connector_id}")
        return place

    def _connection(self, connection_id: str) -> Connection:
        found = self._process.connections.by_id(connection_id)
        if found is None:
            raise NotThere(f"connection {connection_id}")
        return found


def _connection_json(connection: Connection) -> Json:
    """Without any token: state is meant to be printed and shared."""
    return {
        "id": connection.id,
        "versions_url": connection.versions_url,
        "roles": connection.roles,
        "endpoints": [{"identifier": module, "role": role, "url": url} for (module, role), url in connection.endpoints.items()],
        "tokens": len(connection.tokens),
    }


def _knobs_json(knobs: Knobs) -> Json:
    values = ((name, getattr(knobs, name)) for name in Knobs.__struct_fields__)
    return {name: value.normalize() if isinstance(value, Decimal) else value for name, value in values}
