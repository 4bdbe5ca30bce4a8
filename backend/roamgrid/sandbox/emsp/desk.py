"""What the developer at the provider's control desk can do; `control.py` is its HTTP form."""

from typing import Any

import msgspec

from roamgrid.sandbox.emsp.commands import command_body, new_reference
from roamgrid.sandbox.emsp.options import EmspKnobs
from roamgrid.sandbox.emsp.process import Process
from roamgrid.sandbox.ocpi.connections import Connection
from roamgrid.sandbox.ocpi.local_control import NotThere
from roamgrid.sandbox.ocpi.peer import Answer, joined, routing
from roamgrid.sandbox.ocpi.quirks import Quirk
from roamgrid.sandbox.ocpi.shapes.shape import Version
from roamgrid.sandbox.ocpi.shown import connection_json, knobs_json

Json = dict[str, Any]
PULLED = ("locations", "tariffs", "sessions", "cdrs")
_BEGINNING = "2020-01-01T00:00:00Z"


class Desk:
    """Acts on the running process."""

    def __init__(self, process: Process) -> None:
        self._process = process

    def state(self) -> Json:
        process = self._process
        return {
            "connections": [connection_json(item) for item in process.connections.registered()],
            "counts": {module: len(process.store.all(module)) for module in PULLED},
            "sessions": process.store.all("sessions"),
            "cdrs": process.store.all("cdrs"),
            "questions": process.tokens.questions,
            "results": process.results.received,
            "profiles": process.results.profiles,
            "tokens": process.wallet.between(None, None),
            "knobs": knobs_json(process.knobs),
        }

    def objects(self, module: str) -> Json:
        """Everything that is known of a module."""
        return {module: self._process.store.all(module)}

    def turn(self, changes: Json) -> Json:
        """Change some knobs; the others stay. Raises msgspec.ValidationError naming the wrong one."""
        current = {name: getattr(self._process.knobs, name) for name in EmspKnobs.__struct_fields__}
        self._process.knobs = msgspec.convert(current | changes, EmspKnobs)
        return knobs_json(self._process.knobs)

    def invite(self) -> Json:
        return {"versions_url": self._process.side.versions_url, "token": self._process.connections.invite()}

    async def register(self, versions_url: str, token: str) -> Json:
        return connection_json(await self._process.handshake.register(versions_url, token, None))

    async def move(self, connection_id: str, version: Version | None) -> Json:
        return connection_json(await self._process.handshake.move(self._connection(connection_id), version))

    async def leave(self, connection_id: str) -> Json:
        await self._process.handshake.leave(self._connection(connection_id))
        return {"connection": connection_id}

    async def pull(self, connection_id: str, module: str) -> Json:
        """Everything of a module, page by page; how many objects there were. Raises Unreachable."""
        connection = self._connection(connection_id)
        base = self._endpoint(connection, module, "SENDER")
        following: str | None = f"{base}?date_from={_BEGINNING}" if module == "sessions" else base
        count, pages = 0, 0
        while following:
            answer = await self._ask(connection, "GET", following)
            if not answer.acknowledged:
                return {"objects": count, "pages": pages, **_told(answer)}
            for document in answer.data:
                self._keep(connection, module, document)
            count, pages, following = count + len(answer.data), pages + 1, answer.next_url
        return {"objects": count, "pages": pages}

    async def push_token(self, connection_id: str, uid: str, changes: Json) -> Json:
        """Tell an operator about a token, with changes if there are some."""
        connection = self._connection(connection_id)
        token = self._process.wallet.change(uid, changes)
        if token is None:
            raise NotThere(f"token {uid}")
        base = self._endpoint(connection, "tokens", "RECEIVER")
        kind = f"?type={token['type']}" if connection.shape.names_owner else ""
        url = joined(base, token["country_code"], token["party_id"], uid) + kind
        return _told(await self._ask(connection, "PUT", url, self._process.voice.token(token, connection.shape)))

    async def command(self, connection_id: str, name: str, fields: Json, uid: str | None) -> Json:
        """Send a command; the synchronous answer and the reference under which results arrive in `state`."""
        connection = self._connection(connection_id)
        token = self._process.wallet.find(uid or "APP-0001")
        shared = Quirk.SHARED_RESPONSE_URL in self._process.knobs.quirks
        reference = "shared" if shared else new_reference()
        answers = joined(self._process.side.url(connection.shape, "commands"), name, reference)
        url = joined(self._endpoint(connection, "commands", "RECEIVER"), name)
        body = command_body(name, fields, token, answers, connection.shape)
        answer = await self._ask(connection, "POST", url, body)
        return {"reference": reference, "data": answer.data, **_told(answer)}

    def _keep(self, connection: Connection, module: str, document: Json) -> None:
        country_code, party_id = connection.first_party
        owner = (document.get("country_code", country_code), document.get("party_id", party_id))
        self._process.store.put(connection, module, owner, document["id"], document)

    async def _ask(self, connection: Connection, method: str, url: str, body: Json | None = None) -> Answer:
        return await self._process.peer.call(
            method,
            url,
            token=connection.their_token,
            shape=connection.shape,
            body=body,
            headers=routing(self._process.options.party, connection),
        )

    def _endpoint(self, connection: Connection, module: str, role: str) -> str:
        found = connection.endpoint(module, role)
        if found is None:
            raise NotThere(f"{module} {role} at the peer")
        return found

    def _connection(self, connection_id: str) -> Connection:
        found = self._process.connections.by_id(connection_id)
        if found is None:
            raise NotThere(f"connection {connection_id}")
        return found


def _told(answer: Answer) -> Json:
    return {"http": answer.http, "status_code": answer.code, "status_message": answer.message}
