"""GET, PUT and PATCH of `/{country_code}/{party_id}/{location_id}[/{evse_uid}[/{connector_id}]]`.

The stored document is the truth: a push below the location is merged into it, and the canonical value is derived again.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from roamgrid.canonical.party import PartyId
from roamgrid.core.locations import service as locations
from roamgrid.core.received import Verbatim
from roamgrid.kernel import json
from roamgrid.ocpi import kinds
from roamgrid.ocpi.connections import deviations
from roamgrid.ocpi.connections.model import InterfaceRole
from roamgrid.ocpi.inbound.answer import UNKNOWN_LOCATION, Answer, ok
from roamgrid.ocpi.inbound.errors import not_found
from roamgrid.ocpi.inbound.held import as_called
from roamgrid.ocpi.inbound.hold import hold
from roamgrid.ocpi.inbound.identity import require_same_id, require_same_party
from roamgrid.ocpi.inbound.locations.levels import Level, level_of
from roamgrid.ocpi.inbound.locations.push import patched, replaced
from roamgrid.ocpi.inbound.merge import Document, document, patch_document
from roamgrid.ocpi.inbound.module import Module
from roamgrid.ocpi.inbound.owners import remember_owner
from roamgrid.ocpi.inbound.request import Call
from roamgrid.ocpi.received import received
from roamgrid.tenancy.database import Database, Work

NAME = "locations"
_DEPTHS = (3, 4, 5)


@dataclass(frozen=True, slots=True)
class Locations:
    """All three levels."""

    database: Database

    def module(self) -> Module:
        handlers = {
            **{("GET", depth): self.get for depth in _DEPTHS},
            **{("PATCH", depth): self.patch for depth in _DEPTHS},
            ("PUT", 3): self.put_location,
            ("PUT", 4): self.put_part,
            ("PUT", 5): self.put_part,
        }
        return Module(NAME, InterfaceRole.RECEIVER, handlers, needs=kinds.LOCATION)

    async def get(self, call: Call) -> Answer:
        """What we hold, as it was sent and merged."""
        owner, level = call.owner(), level_of(call.rest)
        async with self.database.work(call.ctx) as work:
            held = await _held(work, call, owner, level.location_id)
        if held is None:
            raise _unknown(level)
        raw = as_called(call, kinds.LOCATION, held, owner)
        if level.evse_uid is None:
            return ok(raw)
        part = level.find(document(raw))
        if part is None:
            raise _unknown(level)
        return ok(json.dumps(part))

    async def put_location(self, call: Call) -> Answer:
        """The whole location, replaced; older than what we hold: ignored and acknowledged."""
        owner = call.owner()
        read = call.adapter.read(kinds.LOCATION, call.json(), owner)
        require_same_party(owner, read.value.party)
        require_same_id("/id", call.rest[2], read.value.id)
        async with self.database.work(call.ctx) as work:
            await hold(work, call.connection.id, owner, read.value.id)
            known = await locations.raw(work, call.connection.id, owner, read.value.id)
            await locations.put(work, call.connection.id, received(call.adapter, read, call.body))
            await remember_owner(work, call.connection, owner)
            await deviations.record(work, call.connection.id, NAME, read.deviations)
        return ok(http=201 if known is None else 200)

    async def put_part(self, call: Call) -> Answer:
        """One charging point or connector of a known location, replaced or added."""
        owner, level, part = call.owner(), level_of(call.rest), document(call.json())
        require_same_id(f"/{level.key}", level.last_id, part.get(level.key))
        return await self._change(call, owner, level, lambda held: replaced(held, level, part))

    async def patch(self, call: Call) -> Answer:
        """Some members of a known object."""
        owner, level = call.owner(), level_of(call.rest)
        patch = patch_document(call.json(), dated=call.adapter.dialect.patch_needs_last_updated)
        if level.key in patch:
            require_same_id(f"/{level.key}", level.last_id, patch[level.key])
        required = level.required(call.adapter)
        return await self._change(call, owner, level, lambda held: patched(held, level, patch, required))

    async def _change(self, call: Call, owner: PartyId, level: Level, change: Callable[[Document], Document | None]) -> Answer:
        """Read, change, derive, write, as one; `change` says None for news that is older than what we hold."""
        async with self.database.work(call.ctx) as work:
            await hold(work, call.connection.id, owner, level.location_id)
            known = await _held(work, call, owner, level.location_id)
            if known is None:
                raise _unknown(level)
            raw = as_called(call, kinds.LOCATION, known, owner)
            held = document(raw)
            existed = level.find(held) is not None
            changed = change(held)
            if changed is not None:
                await _store(work, call, owner, raw, json.dumps(changed))
        return ok(http=200 if existed else 201)


async def _held(work: Work, call: Call, owner: PartyId, location_id: str) -> Verbatim | None:
    known = await locations.stored(work, call.connection.id, owner, location_id)
    return Verbatim(known.raw, known.version) if known else None


async def _store(work: Work, call: Call, owner: PartyId, before: bytes, after: bytes) -> None:
    """Deviations that the document had before are not counted again with every push of one of its parts."""
    read = call.adapter.read(kinds.LOCATION, after, owner)
    known = Counter(call.adapter.read(kinds.LOCATION, before, owner).deviations)
    await locations.put(work, call.connection.id, received(call.adapter, read, after))
    await deviations.record(work, call.connection.id, NAME, (Counter(read.deviations) - known).elements())


def _unknown(level: Level) -> Exception:
    return not_found(f"{level.name} {level.last_id}", UNKNOWN_LOCATION)
