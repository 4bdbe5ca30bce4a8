"""Tokens and real-time authorization (OCPI mod_tokens, Sender interface)."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from starlette.routing import Route

from roamgrid.kernel.json import dumps
from roamgrid.sandbox.emsp.options import EmspKnobs
from roamgrid.sandbox.emsp.wallet import Wallet
from roamgrid.sandbox.ocpi.call import Call
from roamgrid.sandbox.ocpi.pages import PageQuery
from roamgrid.sandbox.ocpi.quirks import Quirk
from roamgrid.sandbox.ocpi.side import Side
from roamgrid.sandbox.ocpi.surface import Surface
from roamgrid.sandbox.ocpi.voice import Voice
from roamgrid.sandbox.ocpi.wire import Envelope, OcpiError, ok, parsed

Json = dict[str, Any]


class TokenSender:
    """The list, and an answer to every card that is held to a reader."""

    def __init__(self, side: Side, wallet: Wallet, voice: Voice, knobs: Callable[[], EmspKnobs], page_limit: int) -> None:
        self._side = side
        self._wallet = wallet
        self._voice = voice
        self._knobs = knobs
        self._page_limit = page_limit
        self.questions: list[Json] = []

    def routes(self, surface: Surface) -> list[Route]:
        return [
            *surface.routes("tokens", "", {"GET": self.list}),
            *surface.routes("tokens", "/{uid}/authorize", {"POST": self.authorize}),
        ]

    async def list(self, call: Call) -> Envelope:
        query = PageQuery(call.request.query_params, page_limit=self._page_limit, quirks=self._knobs().quirks)
        found = self._wallet.between(query.date_from, query.date_to)
        url = self._side.url(call.shape, "tokens")
        return query.answer(found, url, lambda token: dumps(self._voice.token(token, call.shape)))

    async def authorize(self, call: Call) -> Envelope:
        """Refusals are answers too: 200 and 1000, with what is not allowed inside."""
        content = await call.request.body()
        place = parsed(content, Json) if content else None
        uid = call.request.path_params["uid"]
        self.questions.append({"uid": uid, "location": place})
        token = self._wallet.find(uid)
        if token is None:
            raise OcpiError.not_found("token", code=2004 if call.shape.names_owner else 2000)
        allowed = self._knobs().allowed if token["valid"] else "BLOCKED"
        answer: Json = {"allowed": allowed}
        if place and allowed == "ALLOWED":
            answer["location"] = place
        if call.shape.names_owner:
            answer |= {"token": self._voice.token(token, call.shape), "authorization_reference": str(uuid4())}
        refused = allowed != "ALLOWED" and Quirk.HTTP_403_FOR_REFUSED in self._knobs().quirks
        return ok(answer, http=403 if refused else 200)
