"""The providers' tokens, as they push them (OCPI mod_tokens, Receiver interface)."""

from collections.abc import Callable
from typing import Any

import msgspec
from starlette.routing import Route

from roamgrid.sandbox.ocpi.call import Call
from roamgrid.sandbox.ocpi.connections import token_key
from roamgrid.sandbox.ocpi.knobs import PeerKnobs
from roamgrid.sandbox.ocpi.pages import refuse_fraction
from roamgrid.sandbox.ocpi.quirks import Quirk
from roamgrid.sandbox.ocpi.surface import Surface
from roamgrid.sandbox.ocpi.voice import Voice
from roamgrid.sandbox.ocpi.wire import Envelope, OcpiError, ok, parsed

Json = dict[str, Any]


class Tokens:
    """GET, PUT and PATCH of `/{country_code}/{party_id}/{token_uid}[?type=]`; each peer sees its own only."""

    def __init__(self, voice: Voice, knobs: Callable[[], PeerKnobs]) -> None:
        self._voice = voice
        self._knobs = knobs

    def routes(self, surface: Surface) -> list[Route]:
        handlers = {"GET": self.show, "PUT": self.put, "PATCH": self.patch}
        return surface.routes("tokens", "/{country_code}/{party_id}/{uid}", handlers)

    async def show(self, call: Call) -> Envelope:
        return ok(self._voice.token(self._known(call), call.shape))

    async def put(self, call: Call) -> Envelope:
        token = self._read(call, parsed(await call.request.body(), Json))
        key = self._key(call, token["type"])
        if token_key(token["country_code"], token["party_id"], token["uid"], token["type"]) != key:
            raise OcpiError(2001, "country_code, party_id, uid, type: not what the URL says")
        is_new = key not in call.peer.tokens
        call.peer.tokens[key] = token
        return ok(http=201 if is_new else 200)

    async def patch(self, call: Call) -> Envelope:
        if Quirk.REFUSES_PATCH in self._knobs().quirks:
            raise OcpiError(2000, "PATCH is not offered here", http=405)
        change = parsed(await call.request.body(), Json)
        if "last_updated" not in change and call.shape.patches_need_date:
            raise OcpiError(2001, "last_updated: required in a PATCH")
        known = self._known(call)
        merged = self._read(call, call.shape.token(known) | change)
        call.peer.tokens[self._key(call, known["type"])] = merged
        return ok()

    def _read(self, call: Call, document: Json) -> Json:
        """The token in house form. Raises OcpiError 2001 naming what does not fit."""
        path = call.request.path_params
        refuse_fraction(document.get("last_updated"), "last_updated", self._knobs().quirks)
        try:
            return call.shape.read_token(document, (path["country_code"], path["party_id"]))
        except msgspec.ValidationError as error:
            raise OcpiError(2001, str(error)) from error

    def _known(self, call: Call) -> Json:
        for kind in ("RFID", "OTHER"):
            if token := call.peer.tokens.get(self._key(call, kind)):
                return token
        raise OcpiError.not_found("token", code=2004)

    def _key(self, call: Call, kind: str) -> tuple[str, ...]:
        """The type stands in the query, RFID without one; 2.1.1 has no query, so that the token's own type counts there."""
        path = call.request.path_params
        if not call.peer.owns(path["country_code"], path["party_id"]):
            raise OcpiError.not_found("party")
        named = call.request.query_params.get("type", "RFID") if call.shape.names_owner else kind
        return token_key(path["country_code"], path["party_id"], path["uid"], named)
