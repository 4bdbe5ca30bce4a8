"""Our objects in the version and the dialect of whoever is told: written from their canonical value, laid over the document
that our back end delivered (ADR-0012)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from roamgrid.canonical.cdr import Cdr
from roamgrid.canonical.party import PartyId
from roamgrid.canonical.session import Session
from roamgrid.core.operator.models import Published
from roamgrid.kernel.errors import Invalid
from roamgrid.ocpi.adapter import Adapter, adapter_for
from roamgrid.ocpi.connections import deviations
from roamgrid.ocpi.connections.model import Connection, Side
from roamgrid.ocpi.connections.store import Connections
from roamgrid.ocpi.speech import Carried, Document, ObjectKind
from roamgrid.ocpi.wire.common.deviations import Code, Deviation
from roamgrid.tenancy.database import Work
from roamgrid.tenancy.directory import Tenant


def operated(tenant: Tenant) -> list[PartyId]:
    """The parties under which the tenant operates stations."""
    declared = tenant.declaration.parties
    return [PartyId.of(party.country_code, party.party_id) for party in declared if Side.CPO in party.roles]


def back_end_of(tenant: Tenant, connection: Connection) -> PartyId | None:
    """The party of ours whose stations a connection runs; None for partners. A hub speaks for everybody, and so for none."""
    if connection.hub is not None:
        return None
    return next((party for party in operated(tenant) if connection.speaks_for(party)), None)


@dataclass(frozen=True, slots=True)
class Publisher:
    """Writes stored objects for a partner. What its version cannot hold is counted on its connection."""

    connections: Connections

    async def documents(
        self,
        work: Work,
        partner: Connection,
        adapter: Adapter,
        kind: ObjectKind[Any],
        module: str,
        objects: Sequence[Published],
    ) -> list[Document]:
        """One document for each object that can be said; one that cannot is counted and left out."""
        found: list[Deviation] = []
        documents = []
        sources = {source: await self.connections.get(work, source) for source in {one.source for one in objects}}
        for one in objects:
            written = _written(kind, one, _told_in(one, sources[one.source]), adapter, found)
            if written is not None:
                documents.append(written)
        await deviations.record(work, partner.id, module, found)
        return documents

    async def document(
        self, work: Work, partner: Connection, kind: ObjectKind[Any], module: str, one: Published
    ) -> Document | None:
        """One object for a push; None for one that cannot be said."""
        adapter = adapter_for(partner.version, partner.dialect)
        documents = await self.documents(work, partner, adapter, kind, module, [one])
        return documents[0] if documents else None

    async def told_in(self, work: Work, one: Published) -> Adapter:
        """How the back end spoke when it delivered the object."""
        return _told_in(one, await self.connections.get(work, one.source))


def _told_in(one: Published, source: Connection) -> Adapter:
    return adapter_for(one.body.version or source.version, source.dialect)


def _written(
    kind: ObjectKind[Any], one: Published, source: Adapter, target: Adapter, found: list[Deviation]
) -> Document | None:
    try:
        value = source.read(kind, one.body.raw, one.party).value
        if isinstance(value, Session | Cdr) and value.token.party is None and one.token is not None:
            value = replace(value, token=one.token)
        written = target.write(kind, value, Carried(source.version, one.body.raw, source.dialect))
    except Invalid as problem:
        found.append(Deviation(Code.NOT_SAYABLE, "/", str(problem)[:120]))
        return None
    found.extend(Deviation(Code.NOT_SAYABLE, loss.field, loss.example) for loss in written.losses)
    return written.document
