"""What the endpoints of optional modules have in common: read, keep, answer as it was told (OCPI 2.3.0)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from roamgrid.canonical.party import PartyId
from roamgrid.core.exchanged import service as exchanged
from roamgrid.core.exchanged.models import ExchangedKey, ExchangedKind, Stored
from roamgrid.kernel import json
from roamgrid.ocpi.connections import deviations
from roamgrid.ocpi.inbound.errors import not_found
from roamgrid.ocpi.inbound.held import as_called
from roamgrid.ocpi.inbound.hold import hold
from roamgrid.ocpi.inbound.merge import document, merged, patch_document
from roamgrid.ocpi.inbound.request import Call
from roamgrid.ocpi.inbound.required import required
from roamgrid.ocpi.received import received
from roamgrid.ocpi.speech import ObjectKind
from roamgrid.ocpi.wire.common.deviations import Read
from roamgrid.tenancy.database import Work


class Dated(Protocol):
    """Objects that say when they changed; None: they do not."""

    @property
    def last_updated(self) -> datetime | None: ...


T = TypeVar("T", bound=Dated)


@dataclass(frozen=True, slots=True)
class Shelf(Generic[T]):
    """One kind of object. `module`: under which deviations are counted."""

    kind: ExchangedKind
    spoken: ObjectKind[T]
    module: str

    def key(self, call: Call, party: PartyId | None, object_id: str) -> ExchangedKey:
        return ExchangedKey(self.kind, call.connection.id, party, object_id)

    def read(self, call: Call, body: bytes, party: PartyId | None = None) -> Read[T]:
        """Raises `Refused`."""
        return call.adapter.read(self.spoken, body, party)

    async def store(self, work: Work, call: Call, key: ExchangedKey, read: Read[T], body: bytes) -> Stored:
        """The whole object."""
        await deviations.record(work, call.connection.id, self.module, read.deviations)
        return await exchanged.put(work, key, received(call.adapter, read, body), read.value.last_updated)

    async def held(self, work: Work, call: Call, key: ExchangedKey) -> bytes:
        """As the caller's version writes it. Raises `OcpiError` 404."""
        found = await exchanged.get(work, key)
        if found is None:
            raise not_found(f"{self.spoken.name} {key.id}")
        return as_called(call, self.spoken, found.body, key.party)

    async def patched(self, work: Work, call: Call, key: ExchangedKey) -> tuple[Read[T], bytes]:
        """What comes of a PATCH, which must be dated. Raises `Refused`, or `OcpiError` 404."""
        patch = patch_document(call.json(), dated=call.adapter.dialect.patch_needs_last_updated)
        await hold(work, key.source, key.party or PartyId("", ""), f"{key.kind}/{key.id}")
        before = document(await self.held(work, call, key))
        body = json.dumps(merged(before, patch, required(call.adapter, self.spoken)))
        return self.read(call, body, key.party), body
