"""Which CDRs an invoice is about (OCPI 2.3.0 edition 2, Invoice Reconciliation module), on either side of roaming.

Receiver: POST to the endpoint; GET, PUT and DELETE at `/{country_code}/{party_id}/{id}` (the chapter leaves the owner out of
the address once, so `/{id}` is taken as well). Sender: GET, the list of the records that we issued.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from roamgrid.core.exchanged import service as exchanged
from roamgrid.core.exchanged.models import ExchangedKey, ExchangedKind
from roamgrid.core.invoices import service as invoices
from roamgrid.core.invoices.issued import issued
from roamgrid.ocpi import kinds
from roamgrid.ocpi.connections.model import InterfaceRole, Side
from roamgrid.ocpi.handshake.addresses import endpoint_url
from roamgrid.ocpi.inbound.answer import Answer, ok
from roamgrid.ocpi.inbound.errors import invalid, not_found
from roamgrid.ocpi.inbound.identity import require_same_id, require_same_party
from roamgrid.ocpi.inbound.merge import document
from roamgrid.ocpi.inbound.module import Handler, Module, Place
from roamgrid.ocpi.inbound.optional import Shelf
from roamgrid.ocpi.inbound.paging import page_of, window_of
from roamgrid.ocpi.inbound.request import Call
from roamgrid.ocpi.invoices import InvoiceRecord
from roamgrid.ocpi.publishing import operated
from roamgrid.ocpi.wire.common.deviations import Read
from roamgrid.tenancy.database import Database

NAME = "invoicereconciliation"
RECORDS: Shelf[InvoiceRecord] = Shelf(ExchangedKind.INVOICE_RECORD, kinds.INVOICE_RECORD, NAME)


@dataclass(frozen=True, slots=True)
class InvoiceRecords:
    """As service provider we receive operators' invoices for their CDRs; as operator we receive what providers credit us for
    ours (reverse billing)."""

    database: Database
    base_url: str
    side: Side

    def modules(self) -> Sequence[Module]:
        """Both roles, at one address."""
        one: dict[str, Handler] = {"GET": self.get, "PUT": self.put, "DELETE": self.delete}
        receiver: dict[Place, Handler] = {(method, depth): one[method] for method in one for depth in (1, 3)}
        return (
            self._module(InterfaceRole.RECEIVER, receiver | {("POST", 0): self.post}),
            self._module(InterfaceRole.SENDER, {("GET", 0): self.page}),
        )

    def _module(self, role: InterfaceRole, handlers: dict[Place, Handler]) -> Module:
        return Module(NAME, role, handlers, needs=kinds.INVOICE_RECORD, side=self.side, switch=NAME)

    async def page(self, call: Call) -> Answer:
        """What we issued for this partner, the oldest first."""
        window = window_of(call)
        async with self.database.work(call.ctx) as work:
            found, total = await issued(work, call.connection.id, window)
        documents = [document(one.body.raw) for one in found]
        url = endpoint_url(self.base_url, call.ctx.tenant, call.adapter.version, NAME, self.side)
        return page_of(call, documents, window, total, url)

    async def get(self, call: Call) -> Answer:
        """As it was told."""
        async with self.database.work(call.ctx) as work:
            return ok(await RECORDS.held(work, call, _key(call)))

    async def post(self, call: Call) -> Answer:
        """A new record; the CDRs that it names are looked for at once."""
        read = RECORDS.read(call, call.json())
        if not call.connection.may_own(read.value.party):
            raise invalid("/party_id", f"is {read.value.party}, which is not one of your roles")
        return await self._store(call, RECORDS.key(call, read.value.party, read.value.id), read)

    async def put(self, call: Call) -> Answer:
        """A corrected record."""
        key = _key(call)
        read = RECORDS.read(call, call.json(), key.party)
        require_same_party(key.party or read.value.party, read.value.party)
        require_same_id("/id", key.id, read.value.id)
        return await self._store(call, key, read)

    async def delete(self, call: Call) -> Answer:
        """The record was a mistake; the body stays, marked as withdrawn."""
        key = _key(call)
        async with self.database.work(call.ctx) as work:
            withdrawn = await exchanged.withdraw(work, key)
        if not withdrawn:
            raise not_found(f"{kinds.INVOICE_RECORD.name} {key.id}")
        return ok()

    async def _store(self, call: Call, key: ExchangedKey, read: Read[InvoiceRecord]) -> Answer:
        record = read.value
        operators = [record.party] if self.side is Side.EMSP else operated(call.request.tenant)
        async with self.database.work(call.ctx) as work:
            stored = await RECORDS.store(work, call, key, read, call.body)
            if stored.id is not None:
                await invoices.note(work, stored.id, await invoices.reconcile(work, operators, record.cdrs))
        return ok(http=201 if stored.inserted else 200)


def _key(call: Call) -> ExchangedKey:
    """Raises `OcpiError` 404, also for an address without owner on a connection of several parties."""
    if len(call.rest) == 3:
        return RECORDS.key(call, call.owner(), call.rest[2])
    party = call.connection.only_party
    if party is None:
        raise not_found(f"address {call.request.path}: name the owner, /{{country_code}}/{{party_id}}/{{id}}")
    return RECORDS.key(call, party, call.rest[0])
