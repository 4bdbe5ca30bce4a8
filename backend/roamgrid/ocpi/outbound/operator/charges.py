"""Sessions and CDRs of charges at our stations, each pushed to the one partner whose token it was made with."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urljoin
from uuid import UUID

from roamgrid.canonical.party import PartyId
from roamgrid.core.operator import service as operator
from roamgrid.core.operator.addressees import Addressee
from roamgrid.core.operator.models import ChargeKind, Published
from roamgrid.ocpi import kinds
from roamgrid.ocpi.connections.model import Connection, InterfaceRole
from roamgrid.ocpi.outbound.answer import Answer
from roamgrid.ocpi.outbound.operator.addresses import owned_url
from roamgrid.ocpi.outbound.push.queue import Changed
from roamgrid.ocpi.outbound.push.source import Letter
from roamgrid.ocpi.outbound.routing import Route, open_route, route_to
from roamgrid.ocpi.publishing import Publisher, operated
from roamgrid.ocpi.speech import Document, ObjectKind
from roamgrid.tenancy.database import Work
from roamgrid.tenancy.directory import Directory

KINDS: dict[ChargeKind, ObjectKind[Any]] = {ChargeKind.SESSION: kinds.SESSION, ChargeKind.CDR: kinds.CDR}
_LONGEST_URL = 2000


@dataclass(frozen=True, slots=True)
class Charges:
    """What both kinds of letters are made from."""

    publisher: Publisher
    directory: Directory

    async def found(
        self, work: Work, connection: Connection, kind: ChargeKind, key: str
    ) -> tuple[Addressee, Published, Document] | None:
        """None for a charge that is not this partner's, or that its version cannot say."""
        object_ = UUID(key)
        known = await operator.addressee(work, kind, object_)
        if known is None or known.connection != connection.id or known.told_at is not None:
            return None
        one = await operator.charge(work, operated(await self.directory.by_slug(work.ctx.tenant)), kind, object_)
        if one is None:
            return None
        document = await self.publisher.document(work, connection, KINDS[kind], f"{kind}s", one)
        return None if document is None else (known, one, document)


@dataclass(frozen=True, slots=True)
class SessionSource:
    """Whole sessions by PUT. `outbound.push.source.PushSource`."""

    charges: Charges
    kind: str = ChargeKind.SESSION.value
    module: str = "sessions"

    async def letter(self, work: Work, connection: Connection, key: str) -> Letter | None:
        found = await self.charges.found(work, connection, ChargeKind.SESSION, key)
        if found is None:
            return None
        known, one, document = found
        url = owned_url(connection, self.module, one.party, document["id"])
        return None if url is None else Letter("PUT", url, document, _route(connection, one.party, known))

    async def changed_since(self, work: Work, connection: Connection, since: datetime) -> list[Changed]:
        marks = await operator.charges_since(work, ChargeKind.SESSION, connection.id, since)
        return [(mark.at, mark.key) for mark in marks]

    async def delivered(self, work: Work, connection: Connection, key: str, answer: Answer) -> None:
        """A session changes until it ends; what was told last is of no interest."""


@dataclass(frozen=True, slots=True)
class CdrSource:
    """Records by POST, told once: sent again after a failure only, which its id makes harmless (OCPI 2.2.1, CDRs, POST)."""

    charges: Charges
    kind: str = ChargeKind.CDR.value
    module: str = "cdrs"

    async def letter(self, work: Work, connection: Connection, key: str) -> Letter | None:
        endpoint = connection.endpoint(self.module, InterfaceRole.RECEIVER)
        found = await self.charges.found(work, connection, ChargeKind.CDR, key) if endpoint else None
        if endpoint is None or found is None:
            return None
        known, one, document = found
        return Letter("POST", endpoint, document, _route(connection, one.party, known))

    async def changed_since(self, work: Work, connection: Connection, since: datetime) -> list[Changed]:
        marks = await operator.charges_since(work, ChargeKind.CDR, connection.id, since)
        return [(mark.at, mark.key) for mark in marks]

    async def delivered(self, work: Work, connection: Connection, key: str, answer: Answer) -> None:
        """Keep where the partner keeps it; a relative address, which 2.1.1's sample has, is made whole."""
        said = answer.headers.get("location", "").strip()[:_LONGEST_URL]
        endpoint = connection.endpoint(self.module, InterfaceRole.RECEIVER) or ""
        await operator.told(work, ChargeKind.CDR, UUID(key), connection.id, urljoin(endpoint, said) if said else None)


def _route(connection: Connection, sender: PartyId, known: Addressee) -> Route | None:
    """Never a broadcast: where a hub is not told whom a charge is for, it finds out by itself."""
    if known.receiver is None and connection.hub is not None:
        return open_route(connection, sender)
    return route_to(connection, sender, known.receiver)
