"""One exchange of an optional module with a partner: where it is served, what is sent, what is pulled and kept (OCPI 2.3.0)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from roamgrid.canonical.party import PartyId, SourceId
from roamgrid.core.commands.errors import PartnerNotReached
from roamgrid.core.exchanged import service as exchanged
from roamgrid.core.exchanged.models import ExchangedKey, ExchangedKind
from roamgrid.core.invoices import service as invoices
from roamgrid.ocpi.adapter import Adapter
from roamgrid.ocpi.connections import deviations
from roamgrid.ocpi.connections.model import Connection, InterfaceRole, Side
from roamgrid.ocpi.invoices import InvoiceRecord
from roamgrid.ocpi.outbound.deferred import Deferred
from roamgrid.ocpi.outbound.routing import route_to
from roamgrid.ocpi.publishing import operated
from roamgrid.ocpi.received import received
from roamgrid.ocpi.speech import Document, ObjectKind
from roamgrid.ocpi.wire.common.deviations import Code, Deviation, Refused
from roamgrid.ocpi.wire.common.links import join
from roamgrid.tenancy.context import TenantContext
from roamgrid.tenancy.database import Work

BOOKINGS, PAYMENTS, INVOICES = "bookings", "payments", "invoicereconciliation"
_SPELLINGS = {
    BOOKINGS: (BOOKINGS, "booking"),
    PAYMENTS: (PAYMENTS, "payment"),
    INVOICES: (INVOICES, "invoice_reconciliation", "invoicereconciliations"),
}
"""The chapters and the table of identifiers do not agree with each other."""


@dataclass(frozen=True, slots=True)
class Pulled:
    """`refused`: those that were not understood, and are counted on the connection."""

    stored: int
    unchanged: int
    refused: int


class KeyOf(Protocol):
    def __call__(self, value: Any) -> tuple[PartyId | None, str]: ...


@dataclass(frozen=True, slots=True)
class Exchange:
    """`timeout_s`: after how many seconds a partner that does not answer counts as down."""

    deferred: Deferred
    timeout_s: float

    async def reach(
        self, ctx: TenantContext, source: SourceId, module: str, role: InterfaceRole, operator: PartyId | None = None
    ) -> tuple[Connection, Adapter, str]:
        """`operator`: whom it is for behind a hub. Raises `PartnerNotReached` when the partner does not offer the module."""
        connection, adapter = await self.deferred.reach(ctx, source, operator)
        found = [url for name in _SPELLINGS[module] if (url := connection.endpoint(name, role))]
        if not found:
            raise PartnerNotReached(f"{connection.name} offers no {module} as {role}")
        return connection, adapter, found[0]

    async def call(
        self,
        ctx: TenantContext,
        connection: Connection,
        adapter: Adapter,
        method: str,
        endpoint: str,
        segments: Sequence[str],
        body: Document | None,
        receiver: PartyId | None,
        sender: PartyId | None = None,
    ) -> bytes | None:
        """Sent once; the envelope's data. Raises `PartnerUnavailable` or `PartnerRefused`."""
        url = join(endpoint, *segments, trailing_slash=adapter.dialect.trailing_slash)
        answer = await self.deferred.clients.of(connection, ctx).send(
            method,
            url,
            body,
            route=route_to(connection, sender or await self.deferred.sender(ctx), receiver),
            correlation_id=ctx.correlation_id,
            timeout_s=self.timeout_s,
        )
        return answer.data

    async def pull(
        self,
        ctx: TenantContext,
        source: SourceId,
        module: str,
        below: Sequence[str],
        spoken: ObjectKind[Any],
        kind: ExchangedKind,
        key_of_value: KeyOf,
    ) -> Pulled:
        """A whole list. Raises as `call`, and `PagesBroken`."""
        connection, adapter, endpoint = await self.reach(ctx, source, module, InterfaceRole.SENDER)
        url = join(endpoint, *below, trailing_slash=adapter.dialect.trailing_slash)
        route = route_to(connection, await self.deferred.sender(ctx))
        pulled = Pulled(0, 0, 0)
        faced_as_operator = connection.as_role.faces(Side.CPO)
        ours = operated(await self.deferred.directory.by_slug(ctx.tenant)) if faced_as_operator else []
        pages = self.deferred.clients.of(connection, ctx).pages(url, route=route, correlation_id=ctx.correlation_id)
        async for page in pages:
            async with self.deferred.database.work(ctx) as work:
                for raw in page.objects:
                    pulled = await _keep(work, adapter, source, module, spoken, kind, key_of_value, raw, ours, pulled)
        return pulled


async def _keep(
    work: Work,
    adapter: Adapter,
    source: SourceId,
    module: str,
    spoken: ObjectKind[Any],
    kind: ExchangedKind,
    key_of_value: KeyOf,
    raw: bytes,
    ours: Sequence[PartyId],
    pulled: Pulled,
) -> Pulled:
    """One that cannot be read does not fail the page."""
    try:
        read = adapter.read(spoken, raw)
    except Refused as problem:
        await deviations.record(work, source, module, [Deviation(Code.REFUSED, "/", str(problem)[:120])])
        return replace(pulled, refused=pulled.refused + 1)
    await deviations.record(work, source, module, read.deviations)
    party, object_id = key_of_value(read.value)
    stored = await exchanged.put(
        work, ExchangedKey(kind, source, party, object_id), received(adapter, read, raw), read.value.last_updated
    )
    if stored.id is None:
        return replace(pulled, unchanged=pulled.unchanged + 1)
    if isinstance(read.value, InvoiceRecord):
        await invoices.note(work, stored.id, await invoices.reconcile(work, [read.value.party, *ours], read.value.cdrs))
    return replace(pulled, stored=pulled.stored + 1)
