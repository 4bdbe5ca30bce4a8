"""The credentials endpoint (OCPI 2.2.1, Credentials module): GET, POST, PUT, DELETE."""

from dataclasses import dataclass

from roamgrid.kernel import json
from roamgrid.ocpi.connections.model import InterfaceRole
from roamgrid.ocpi.handshake.answering import Answering
from roamgrid.ocpi.inbound.answer import Answer, ok
from roamgrid.ocpi.inbound.module import Module
from roamgrid.ocpi.inbound.request import Call

NAME = "credentials"


@dataclass(frozen=True, slots=True)
class CredentialsEndpoint:
    """Listed once, as SENDER; partners ignore the role (issues 403 and 414)."""

    answering: Answering

    def module(self) -> Module:
        handlers = {("GET", 0): self.get, ("POST", 0): self.post, ("PUT", 0): self.put, ("DELETE", 0): self.delete}
        return Module(NAME, InterfaceRole.SENDER, handlers, side=None, open_to_invited=True, routed=False)

    async def get(self, call: Call) -> Answer:
        return ok(json.dumps(await self.answering.show(call.ctx, call.caller, call.adapter)))

    async def post(self, call: Call) -> Answer:
        return ok(json.dumps(await self.answering.accept(call.ctx, call.caller, call.adapter, call.json())))

    async def put(self, call: Call) -> Answer:
        return ok(json.dumps(await self.answering.renew(call.ctx, call.caller, call.adapter, call.json())))

    async def delete(self, call: Call) -> Answer:
        await self.answering.end(call.ctx, call.caller)
        return ok()
