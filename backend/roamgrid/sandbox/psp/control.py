"""`/_control` of the payment provider: webhooks, knobs, state. For programs on the same machine only."""

from collections.abc import Awaitable, Callable
from dataclasses import asdict
from secrets import token_hex
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from roamgrid.kernel.json import JsonError, dumps, loads
from roamgrid.sandbox.loopback import is_local
from roamgrid.sandbox.psp.account import Account
from roamgrid.sandbox.psp.options import PspKnobs
from roamgrid.sandbox.psp.webhooks import Endpoint, Webhooks

Json = dict[str, Any]
_KINDS = ("customer", "payment_method", "payment_intent", "charge", "refund")


class _WebhookEndpoint(msgspec.Struct, forbid_unknown_fields=True):
    url: str
    api_key: str
    secret: str | None = None


class Control:
    """`turn` replaces the knobs of the process, `knobs` reads them."""

    def __init__(
        self,
        accounts: dict[str, Account],
        webhooks: Webhooks,
        knobs: Callable[[], PspKnobs],
        turn: Callable[[PspKnobs], None],
    ) -> None:
        self._accounts = accounts
        self._webhooks = webhooks
        self._knobs = knobs
        self._turn = turn

    def routes(self) -> list[Route]:
        return [
            Route("/_control/state", _local(self._state), methods=["GET"]),
            Route("/_control/webhooks", _local(self._add_webhook), methods=["POST"]),
            Route("/_control/knobs", _local(self._change), methods=["POST"]),
        ]

    async def _state(self, _: Request) -> Json:
        accounts = [
            {"api_key": f"…{api_key[-4:]}"} | {f"{kind}s": account.all(kind) for kind in _KINDS}
            for api_key, account in self._accounts.items()
        ]
        return {
            "accounts": accounts,
            "webhooks": [{"url": item.url, "api_key": f"…{item.api_key[-4:]}"} for item in self._webhooks.endpoints],
            "deliveries": [asdict(delivery) for delivery in self._webhooks.deliveries],
            "knobs": msgspec.to_builtins(self._knobs()),
        }

    async def _add_webhook(self, request: Request) -> Json:
        """Adding the same URL for the same key again replaces its secret."""
        wanted = msgspec.convert(loads(await request.body()), _WebhookEndpoint)
        endpoint = Endpoint(wanted.api_key, wanted.url, wanted.secret or f"whsec_{token_hex(16)}")
        others = [item for item in self._webhooks.endpoints if (item.api_key, item.url) != (wanted.api_key, wanted.url)]
        self._webhooks.endpoints[:] = [*others, endpoint]
        return {"url": endpoint.url, "secret": endpoint.secret}

    async def _change(self, request: Request) -> Json:
        changes = msgspec.convert(loads(await request.body()), Json)
        current: Json = msgspec.to_builtins(self._knobs())
        self._turn(msgspec.convert(current | changes, PspKnobs))
        return dict(msgspec.to_builtins(self._knobs()))


def _local(handler: Callable[[Request], Awaitable[Json]]) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        if not is_local(request):
            return Response(dumps({"error": "not found"}), status_code=404, media_type="application/json")
        try:
            content, status = await handler(request), 200
        except (msgspec.ValidationError, JsonError) as error:
            content, status = {"error": str(error)}, 400
        return Response(dumps(content), status_code=status, media_type="application/json")

    return endpoint
