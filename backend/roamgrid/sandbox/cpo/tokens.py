"""The providers' tokens, as they push them (OCPI 2.2.1 mod_tokens, Receiver interface)."""

from typing import Any

import msgspec
from starlette.routing import Route

from roamgrid.sandbox.cpo.connections import token_key
from roamgrid.sandbox.cpo.surface import Call, Surface
from roamgrid.sandbox.cpo.wire import Envelope, OcpiError, ok, parsed

Json = dict[str, Any]


class Token(msgspec.Struct):
    """The fields that this operator needs of an OCPI Token; what else was sent is kept beside."""

    country_code: str
    party_id: str
    uid: str
    type: str
    contract_id: str
    issuer: str
    valid: bool
    whitelist: str
    last_updated: str


class Tokens:
    """GET, PUT and PATCH of `/{country_code}/{party_id}/{token_uid}[?type=]`; each peer sees its own only."""

    def routes(self, surface: Surface) -> list[Route]:
        path = "/ocpi/2.2.1/tokens/{country_code}/{party_id}/{uid}"
        return surface.routes(path, {"GET": self.show, "PUT": self.put, "PATCH": self.patch})

    async def show(self, call: Call) -> Envelope:
        return ok(self._known(call))

    async def put(self, call: Call) -> Envelope:
        body = await call.request.body()
        token = parsed(body, Token)
        key = self._key(call)
        if token_key(token.country_code, token.party_id, token.uid, token.type) != key:
            raise OcpiError(2001, "country_code, party_id, uid, type: not what the URL says")
        is_new = key not in call.peer.tokens
        call.peer.tokens[key] = parsed(body, Json)
        return ok(http=201 if is_new else 200)

    async def patch(self, call: Call) -> Envelope:
        change = parsed(await call.request.body(), Json)
        if "last_updated" not in change:
            raise OcpiError(2001, "last_updated: required in a PATCH")
        merged = self._known(call) | change
        try:
            msgspec.convert(merged, Token)
        except msgspec.ValidationError as error:
            raise OcpiError(2001, str(error)) from error
        call.peer.tokens[self._key(call)] = merged
        return ok()

    def _known(self, call: Call) -> Json:
        token = call.peer.tokens.get(self._key(call))
        if token is None:
            raise OcpiError.not_found("token", code=2004)
        return token

    def _key(self, call: Call) -> tuple[str, ...]:
        path = call.request.path_params
        if not call.peer.owns(path["country_code"], path["party_id"]):
            raise OcpiError.not_found("party")
        kind = call.request.query_params.get("type", "RFID")
        return token_key(path["country_code"], path["party_id"], path["uid"], kind)
