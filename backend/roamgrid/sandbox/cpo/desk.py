"""What the developer at the control desk can do; `control.py` is its HTTP form."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from roamgrid.sandbox.cpo.authorise import Card, Refused, authorise_card
from roamgrid.sandbox.cpo.cdr import credit_of, replacement_of, with_wrong_total
from roamgrid.sandbox.cpo.dump import read_objects, read_removed
from roamgrid.sandbox.cpo.network import Place, place_in
from roamgrid.sandbox.cpo.operator import cdr_push
from roamgrid.sandbox.cpo.options import Knobs
from roamgrid.sandbox.cpo.process import Process
from roamgrid.sandbox.cpo.records import KeptCdr
from roamgrid.sandbox.cpo.session import Authorisation
from roamgrid.sandbox.ocpi.connections import Connection
from roamgrid.sandbox.ocpi.local_control import NotThere
from roamgrid.sandbox.ocpi.shapes.shape import Owner, Version
from roamgrid.sandbox.ocpi.shown import connection_json, knobs_json

Json = dict[str, Any]
SHOWN = 200


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
            "connections": [connection_json(item) for item in process.connections.registered()],
            "session_count": len(process.records.sessions),
            "sessions": [session.as_json() for session in list(process.records.sessions.values())[-SHOWN:]],
            "cdr_count": len(process.records.cdrs),
            "cdrs": [kept.cdr for kept in list(process.records.cdrs.values())[-SHOWN:]],
            "reservations": [item.id for item in process.operator.reservations.all()],
            "pushes": dict(process.pushes.tally),
            "knobs": knobs_json(process.knobs),
        }

    def turn(self, changes: Json) -> Json:
        """Change some knobs; the others stay. Raises msgspec.ValidationError naming the wrong one."""
        current = {name: getattr(self._process.knobs, name) for name in Knobs.__struct_fields__}
        self._process.knobs = msgspec.convert(current | changes, Knobs)
        return knobs_json(self._process.knobs)

    async def register(self, versions_url: str, token: str, party: Owner | None = None) -> Json:
        return connection_json(await self._process.handshake.register(versions_url, token, party))

    def invite(self, party: Owner | None = None) -> Json:
        """`party` is the one that a 2.1.1 connection will be for; the first of ours without it."""
        token = self._process.connections.invite(party)
        return {"versions_url": self._process.side.versions_url, "token": token}

    async def move(self, connection_id: str, version: Version | None) -> Json:
        """Renew our credentials at a peer by PUT, in another version if one is named."""
        return connection_json(await self._process.handshake.move(self._connection(connection_id), version))

    async def leave(self, connection_id: str) -> Json:
        """End a connection by DELETE."""
        await self._process.handshake.leave(self._connection(connection_id))
        return {"connection": connection_id}

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
        if obstacle := self._process.operator.obstacle(place, _presented(connection, token_uid)):
            raise Refused(obstacle[1])
        quirks = self._process.knobs.quirks
        authorisation = await authorise_card(Card(token_uid, kind), place, connection, self._process.peer, quirks)
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
        kept = self._kept(cdr_id)
        cdr = with_wrong_total(kept.cdr) if changed else kept.cdr
        return await self._post(KeptCdr(kept.connection, cdr, kept.place))

    async def credit(self, cdr_id: str, *, replace: bool) -> Json:
        """Take a CDR back by a credit CDR, and bill again under a new id if so wished; what the peer answered last."""
        kept = self._kept(cdr_id)
        connection = self._connection(kept.connection)
        if not connection.shape.has_credits:
            raise Refused(f"OCPI {connection.shape.version} has no credit CDRs")
        at = self._process.stamps.next()
        corrections = [credit_of(kept.cdr, at)] + ([replacement_of(kept.cdr, at)] if replace else [])
        answer: Json = {}
        for cdr in corrections:
            fresh = self._process.records.keep_cdr(cdr, kept.place, kept.connection)
            answer = await self._post(fresh) | {"cdr_id": cdr["id"]}
        return answer

    async def cancel_reservation(self, reservation_id: str) -> Json:
        """The operator takes back what it had promised, and says so where the promise was asked for."""
        operator, results = self._process.operator, self._process.results
        found = next((item for item in operator.reservations.all() if item.id == reservation_id), None)
        if found is None:
            raise NotThere(f"reservation {reservation_id}")
        operator.release(found)
        connection = self._connection(found.authorisation.connection)
        await results.tell(results.command(connection, found.place.owner, found.response_url, "CANCELED_RESERVATION"))
        return {"reservation_id": found.id}

    async def _post(self, kept: KeptCdr) -> Json:
        push = cdr_push(kept, self._connection(kept.connection), self._process.voice)
        if push is None:
            raise NotThere("a cdrs receiver at the peer")
        answer = await self._process.pushes.exactly(push)
        return {"http": answer.http, "status_code": answer.code, "status_message": answer.message}

    def _kept(self, cdr_id: str) -> KeptCdr:
        kept = self._process.records.cdrs.get(cdr_id.casefold())
        if kept is None:
            raise NotThere(f"CDR {cdr_id}")
        return kept

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


def _presented(connection: Connection, uid: str) -> Authorisation:
    """A card at the reader before anybody was asked: enough to recognise the driver of a reservation."""
    return Authorisation(connection.id, {"uid": uid}, "AUTH_REQUEST", None)
