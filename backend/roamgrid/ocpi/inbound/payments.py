"""Terminals and what became of captures, from a payment terminal provider to us as operator (OCPI 2.3.0, Payments module,
Receiver interface): GET and POST of `/terminals` and `/financial-advice-confirmations`."""

from dataclasses import dataclass
from typing import Any

from roamgrid.core.exchanged.models import ExchangedKind
from roamgrid.ocpi import kinds
from roamgrid.ocpi.connections.model import InterfaceRole, Side
from roamgrid.ocpi.inbound.answer import Answer, ok
from roamgrid.ocpi.inbound.errors import not_found
from roamgrid.ocpi.inbound.module import Module
from roamgrid.ocpi.inbound.optional import Shelf
from roamgrid.ocpi.inbound.request import Call
from roamgrid.tenancy.database import Database

NAME = "payments"
TERMINALS = Shelf(ExchangedKind.TERMINAL, kinds.TERMINAL, NAME)
ADVICES = Shelf(ExchangedKind.FINANCIAL_ADVICE, kinds.FINANCIAL_ADVICE, NAME)
_SHELVES: dict[str, Shelf[Any]] = {"terminals": TERMINALS, "financial-advice-confirmations": ADVICES}


@dataclass(frozen=True, slots=True)
class Payments:
    """Neither object has an owner besides the partner that tells it."""

    database: Database

    def module(self) -> Module:
        handlers = {("POST", 1): self.post, ("GET", 2): self.get}
        return Module(NAME, InterfaceRole.RECEIVER, handlers, needs=kinds.TERMINAL, side=Side.CPO, switch=NAME)

    async def get(self, call: Call) -> Answer:
        """As it was told."""
        shelf = _shelf(call)
        async with self.database.work(call.ctx) as work:
            return ok(await shelf.held(work, call, shelf.key(call, None, call.rest[1])))

    async def post(self, call: Call) -> Answer:
        """A new object, or one that is known already, told again."""
        shelf = _shelf(call)
        read = shelf.read(call, call.json())
        object_id = read.value.terminal_id if shelf is TERMINALS else read.value.id
        async with self.database.work(call.ctx) as work:
            stored = await shelf.store(work, call, shelf.key(call, None, object_id), read, call.body)
        return ok(http=201 if stored.inserted else 200)


def _shelf(call: Call) -> Shelf[Any]:
    shelf = _SHELVES.get(call.rest[0].casefold())
    if shelf is None:
        raise not_found(f"address {call.request.path}")
    return shelf
