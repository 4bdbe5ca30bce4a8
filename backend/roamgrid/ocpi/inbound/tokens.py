"""Tokens for operators to fetch, and real-time authorization (OCPI 2.2.1, Tokens module, Sender interface)."""

from dataclasses import dataclass

from roamgrid.core.tokens import service as tokens
from roamgrid.ocpi import kinds
from roamgrid.ocpi.connections.model import InterfaceRole
from roamgrid.ocpi.handshake.addresses import endpoint_url
from roamgrid.ocpi.inbound.answer import Answer
from roamgrid.ocpi.inbound.authorize.endpoint import Authorize
from roamgrid.ocpi.inbound.module import Module
from roamgrid.ocpi.inbound.paging import page_of, window_of
from roamgrid.ocpi.inbound.request import Call
from roamgrid.tenancy.database import Database

NAME = "tokens"


@dataclass(frozen=True, slots=True)
class Tokens:
    """`GET ?date_from&date_to&offset&limit` and `POST /{token_uid}/authorize?type=`."""

    database: Database
    authorize: Authorize
    base_url: str

    def module(self) -> Module:
        place = ("POST", 2)
        handlers = {("GET", 0): self.page, place: self.authorize.post}
        return Module(NAME, InterfaceRole.SENDER, handlers, {place: self.authorize.short_cut}, needs=kinds.TOKEN)

    async def page(self, call: Call) -> Answer:
        """What this partner may see, oldest change first; `date_from` inclusive, `date_to` exclusive."""
        window = window_of(call)
        async with self.database.work(call.ctx) as work:
            page = await tokens.page(work, call.connection.id, window.date_from, window.date_to, window.offset, window.limit)
        documents = [call.adapter.write(kinds.TOKEN, token).document for token in page.tokens]
        url = endpoint_url(self.base_url, call.ctx.tenant, call.adapter.version, NAME)
        return page_of(call, documents, window, page.total, url)
