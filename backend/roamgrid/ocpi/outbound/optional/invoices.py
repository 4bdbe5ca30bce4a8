"""Invoice reconciliation records with partners, in both directions (OCPI 2.3.0 edition 2, Invoice Reconciliation module)."""

from dataclasses import dataclass
from urllib.parse import quote

from roamgrid.canonical.party import PartyId, SourceId
from roamgrid.core.exchanged import service as exchanged
from roamgrid.core.exchanged.models import ExchangedKind
from roamgrid.core.invoices.issued import issue, key_of
from roamgrid.core.received import Received
from roamgrid.kernel import json
from roamgrid.ocpi import kinds
from roamgrid.ocpi.connections.model import InterfaceRole
from roamgrid.ocpi.invoices import InvoiceRecord
from roamgrid.ocpi.outbound.optional.exchange import INVOICES, Exchange, Pulled
from roamgrid.tenancy.context import TenantContext


@dataclass(frozen=True, slots=True)
class InvoiceDesk:
    """All raise `PartnerUnavailable` or `PartnerRefused`."""

    exchange: Exchange

    async def tell(self, ctx: TenantContext, source: SourceId, record: InvoiceRecord, *, corrects: bool = False) -> None:
        """Issue a record, or the correction of one. It is listed for the partner also when it cannot be told now."""
        connection, adapter, endpoint = await self.exchange.reach(ctx, source, INVOICES, InterfaceRole.RECEIVER)
        body = adapter.write(kinds.INVOICE_RECORD, record).document
        async with self.exchange.deferred.database.work(ctx) as work:
            await issue(work, source, Received(record, json.dumps(body)))
        segments = _owned(record) if corrects else ()
        await self.exchange.call(ctx, connection, adapter, "PUT" if corrects else "POST", endpoint, segments, body, None)

    async def withdraw(self, ctx: TenantContext, source: SourceId, record: InvoiceRecord) -> None:
        """The record was a mistake."""
        connection, adapter, endpoint = await self.exchange.reach(ctx, source, INVOICES, InterfaceRole.RECEIVER)
        async with self.exchange.deferred.database.work(ctx) as work:
            await exchanged.withdraw(work, key_of(source, record))
        await self.exchange.call(ctx, connection, adapter, "DELETE", endpoint, _owned(record), None, None)

    async def pull(self, ctx: TenantContext, source: SourceId) -> Pulled:
        """The partner's records; the CDRs that they name are looked for among its own."""

        def of_record(value: InvoiceRecord) -> tuple[PartyId | None, str]:
            return value.party, value.id

        return await self.exchange.pull(
            ctx, source, INVOICES, (), kinds.INVOICE_RECORD, ExchangedKind.INVOICE_RECORD, of_record
        )


def _owned(record: InvoiceRecord) -> tuple[str, ...]:
    return record.party.country_code, record.party.party_id, quote(record.id, safe="")
