"""POST a CDR, and GET it at the address that the POST answered.

A CDR sent again gets the same answer. Another content under a known id is kept beside the first and refused with 2001; only
the first can ever be billed (ADR-0007).
"""

from dataclasses import dataclass
from uuid import UUID

from roamgrid.core.cdrs import service as cdrs
from roamgrid.core.cdrs.models import CdrReceipt, Outcome
from roamgrid.ocpi import kinds
from roamgrid.ocpi.connections.model import InterfaceRole
from roamgrid.ocpi.handshake.addresses import endpoint_url
from roamgrid.ocpi.inbound.answer import INVALID_PARAMETERS, Answer, ok, refused
from roamgrid.ocpi.inbound.cdrs.intake import NAME, CdrIntake
from roamgrid.ocpi.inbound.errors import answer_to, not_found
from roamgrid.ocpi.inbound.held import as_called
from roamgrid.ocpi.inbound.inbox import Inbox
from roamgrid.ocpi.inbound.module import Module
from roamgrid.ocpi.inbound.request import Call
from roamgrid.tenancy.database import Database


@dataclass(frozen=True, slots=True)
class Cdrs:
    """`POST` here or at `/{country_code}/{party_id}`, as some partners do (issue 287); `GET /{id}` with our id."""

    database: Database
    inbox: Inbox
    intake: CdrIntake
    base_url: str

    def module(self) -> Module:
        handlers = {("POST", 0): self.post, ("POST", 2): self.post, ("GET", 1): self.get, ("GET", 3): self.get_by_key}
        return Module(NAME, InterfaceRole.RECEIVER, handlers, needs=kinds.CDR)

    async def post(self, call: Call) -> Answer:
        """The body is committed before anything is read of it."""
        owner = call.owner() if call.rest else None
        inbound = await self.inbox.keep(call, NAME)
        try:
            receipt = await self.intake.process(call.ctx, call.connection, call.adapter, inbound, call.body, owner)
        except Exception as error:
            answer = answer_to(error)
            if answer is None or answer.http >= 500:
                raise
            return answer
        return self._receipt(call, receipt)

    async def get(self, call: Call) -> Answer:
        """The verbatim body, for the partner that sent it."""
        try:
            cdr = UUID(call.rest[0])
        except ValueError:
            raise not_found(f"CDR {call.rest[0]}") from None
        async with self.database.work(call.ctx) as work:
            held = await cdrs.verbatim_by_id(work, call.connection.id, cdr)
        if held is None:
            raise not_found(f"CDR {cdr}")
        return ok(as_called(call, kinds.CDR, held, call.connection.only_party))

    async def get_by_key(self, call: Call) -> Answer:
        """The same by the operator's own id."""
        owner, cdr_id = call.owner(), call.rest[2]
        async with self.database.work(call.ctx) as work:
            held = await cdrs.verbatim(work, call.connection.id, owner, cdr_id)
        if held is None:
            raise not_found(f"CDR {cdr_id}")
        return ok(as_called(call, kinds.CDR, held, owner))

    def _receipt(self, call: Call, receipt: CdrReceipt) -> Answer:
        url = f"{endpoint_url(self.base_url, call.ctx.tenant, call.adapter.version, NAME)}/{receipt.id}"
        location = ((b"location", url.encode()),)
        match receipt.outcome:
            case Outcome.NEW:
                return ok(http=201, headers=location)
            case Outcome.SAME:
                return ok(headers=location)
            case Outcome.CONFLICT:
                reason = "/id: a CDR with this id and other content is here already; both are kept, the first one counts"
                return refused(INVALID_PARAMETERS, reason, headers=location)
