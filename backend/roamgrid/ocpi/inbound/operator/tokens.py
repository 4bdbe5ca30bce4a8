"""Tokens that service providers push to us as an operator (OCPI 2.2.1, Tokens module, Receiver interface)."""

from dataclasses import dataclass

from roamgrid.canonical.token import TokenType
from roamgrid.core.operator import foreign_tokens
from roamgrid.core.operator.foreign_tokens import ForeignToken, Kept
from roamgrid.kernel import json
from roamgrid.ocpi import kinds
from roamgrid.ocpi.connections import deviations
from roamgrid.ocpi.connections.model import InterfaceRole, Side
from roamgrid.ocpi.inbound.answer import Answer, ok
from roamgrid.ocpi.inbound.errors import invalid, not_found
from roamgrid.ocpi.inbound.held import as_called
from roamgrid.ocpi.inbound.hold import hold
from roamgrid.ocpi.inbound.identity import require_same_id, require_same_party
from roamgrid.ocpi.inbound.merge import document, merged, patch_document
from roamgrid.ocpi.inbound.module import Module
from roamgrid.ocpi.inbound.request import Call
from roamgrid.ocpi.inbound.required import required
from roamgrid.ocpi.received import received
from roamgrid.tenancy.database import Database, Work

NAME = "tokens"
_TYPES = frozenset(kind.value for kind in TokenType)


@dataclass(frozen=True, slots=True)
class PartnerTokens:
    """`/{country_code}/{party_id}/{token_uid}?type=`."""

    database: Database

    def module(self) -> Module:
        handlers = {("GET", 3): self.get, ("PUT", 3): self.put, ("PATCH", 3): self.patch}
        return Module(NAME, InterfaceRole.RECEIVER, handlers, needs=kinds.TOKEN, side=Side.CPO)

    async def get(self, call: Call) -> Answer:
        owner = call.owner()
        async with self.database.work(call.ctx) as work:
            held = await _held(work, call)
        return ok(as_called(call, kinds.TOKEN, held.body, owner))

    async def put(self, call: Call) -> Answer:
        """An older state than the stored one is acknowledged and changes nothing."""
        owner = call.owner()
        read = call.adapter.read(kinds.TOKEN, call.json(), owner)
        require_same_party(owner, read.value.party)
        require_same_id("/uid", call.rest[2], read.value.uid)
        _require_same_type(call, read.value.type)
        async with self.database.work(call.ctx) as work:
            kept = await foreign_tokens.put(work, call.connection.id, received(call.adapter, read, call.body))
            await deviations.record(work, call.connection.id, NAME, read.deviations)
        return ok(http=201 if kept is Kept.NEW else 200)

    async def patch(self, call: Call) -> Answer:
        """Some members of a known token, mostly whether it is valid."""
        owner, uid = call.owner(), call.rest[2]
        patch = patch_document(call.json(), dated=call.adapter.dialect.patch_needs_last_updated)
        if "uid" in patch:
            require_same_id("/uid", uid, patch["uid"])
        async with self.database.work(call.ctx) as work:
            await hold(work, call.connection.id, owner, f"{NAME}/{uid}")
            held = await _held(work, call)
            if "type" in patch and patch["type"] != held.type:
                raise invalid("/type", f"is {str(patch['type'])[:40]!r}, but the token is {held.type}")
            before = document(as_called(call, kinds.TOKEN, held.body, owner))
            body = json.dumps(merged(before, patch, required(call.adapter, kinds.TOKEN)))
            read = call.adapter.read(kinds.TOKEN, body, owner)
            require_same_party(owner, read.value.party)
            await foreign_tokens.put(work, call.connection.id, received(call.adapter, read, body))
            await deviations.record(work, call.connection.id, NAME, read.deviations)
        return ok()


def _asked_type(call: Call) -> str | None:
    """None where the address does not say. Raises `Refused`."""
    asked = call.request.query.get("type")
    if not asked:
        return None
    if asked.upper() not in _TYPES:
        raise invalid("type", f"is {asked[:40]!r}, not a token type")
    return asked.upper()


def _require_same_type(call: Call, told: TokenType) -> None:
    """Raises `Refused` where the address says another type. Without one the body says it: 2.1.1 knows no such parameter, and
    many leave it out."""
    asked = _asked_type(call)
    if asked is not None and asked != told.value:
        raise invalid("/type", f"is {told.value}, but {asked} in the URL")


async def _held(work: Work, call: Call) -> ForeignToken:
    """Without a type the one meant by default, else the only token with that uid. Raises `OcpiError`: 404."""
    owner, uid, asked = call.owner(), call.rest[2], _asked_type(call)
    held = await foreign_tokens.find(work, call.connection.id, owner, uid, asked or TokenType.RFID.value)
    if held is None and asked is None:
        held = await foreign_tokens.find(work, call.connection.id, owner, uid, None)
    if held is None:
        raise not_found(f"token {uid}", call.adapter.dialect.authorize_unknown_code)
    return held
