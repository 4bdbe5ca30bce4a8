"""The payment provider as an ASGI application and as a process."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from roamgrid.sandbox.faults import Dice
from roamgrid.sandbox.psp import customers, payment_intents, refunds
from roamgrid.sandbox.psp.account import Account
from roamgrid.sandbox.psp.control import Control
from roamgrid.sandbox.psp.gateway import Gateway, unknown_url
from roamgrid.sandbox.psp.options import PspKnobs, PspOptions
from roamgrid.sandbox.psp.webhooks import Webhooks

WEBHOOK_TIMEOUT_SECONDS = 10


class _Process:
    """The parts of a payment provider, wired once."""

    def __init__(self, options: PspOptions) -> None:
        self._knobs = options.knobs
        self.client = httpx.AsyncClient(timeout=WEBHOOK_TIMEOUT_SECONDS, trust_env=False)
        self.webhooks = Webhooks(self.client, self.current_knobs)
        self.gateway = Gateway(self._announce, self.current_knobs, Dice(options.seed), verbose=options.verbose)
        self.control = Control(self.gateway.accounts, self.webhooks, self.current_knobs, self.turn)

    def current_knobs(self) -> PspKnobs:
        return self._knobs

    def turn(self, knobs: PspKnobs) -> None:
        self._knobs = knobs

    def _announce(self, account: Account, event_type: str, subject: dict[str, Any]) -> None:
        self.webhooks.announce(account.api_key, event_type, subject)

    async def shut_down(self) -> None:
        await self.webhooks.shut_down()
        await self.client.aclose()


def create_app(options: PspOptions) -> Starlette:
    """A provider without any account yet; the first request with a test key opens one."""
    process = _Process(options)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        await process.shut_down()

    routes = [*_api(process.gateway), *process.control.routes()]
    return Starlette(routes=routes, lifespan=lifespan, exception_handlers={404: _unknown, 405: _unknown})


def run(options: PspOptions) -> None:
    """Serve until interrupted."""
    app = create_app(options)
    uvicorn.run(
        app, host=options.host, port=options.port, log_level="warning", access_log=False, ws="none", timeout_graceful_shutdown=2
    )


def _api(gateway: Gateway) -> list[Route]:
    intents = "/v1/payment_intents"
    return [
        gateway.route("/v1/customers", {"POST": customers.create_customer}),
        gateway.route("/v1/customers/{id}", {"GET": customers.retrieve_customer}),
        gateway.route("/v1/payment_methods/{id}", {"GET": customers.retrieve_payment_method}),
        gateway.route("/v1/payment_methods/{id}/attach", {"POST": customers.attach_payment_method}),
        gateway.route(intents, {"POST": payment_intents.create_intent, "GET": payment_intents.list_intents}),
        gateway.route(intents + "/{id}", {"GET": payment_intents.retrieve_intent}),
        gateway.route(intents + "/{id}/confirm", {"POST": payment_intents.confirm_intent}),
        gateway.route(intents + "/{id}/capture", {"POST": payment_intents.capture_intent}),
        gateway.route(intents + "/{id}/cancel", {"POST": payment_intents.cancel_intent}),
        gateway.route("/v1/charges/{id}", {"GET": refunds.retrieve_charge}),
        gateway.route("/v1/refunds", {"POST": refunds.create_refund}),
        gateway.route("/v1/refunds/{id}", {"GET": refunds.retrieve_refund}),
    ]


async def _unknown(request: Request, _: Exception) -> Response:
    return unknown_url(request)
