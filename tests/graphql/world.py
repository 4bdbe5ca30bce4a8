"""The driver API on a real port, with a network that a test fills and partners that a test plays."""

import asyncio
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

import httpx
import uvicorn
from redis.asyncio import Redis
from starlette.applications import Starlette

from roamgrid.bus.inbox import Inbox
from roamgrid.bus.live import LiveStream, broadcast
from roamgrid.bus.relay import Relay
from roamgrid.bus.subscriptions import Subscriptions
from roamgrid.canonical.command import Command, CommandReply, CommandResponse, StartSession, StopSession
from roamgrid.canonical.money import Money
from roamgrid.canonical.party import SourceId
from roamgrid.core.commands import tasks as command_tasks
from roamgrid.core.commands.service import CommandService
from roamgrid.core.tokens.reference import References
from roamgrid.extensions import load_registry
from roamgrid.graphql.driver.context import DriverServices
from roamgrid.graphql.driver.routes import graphql_routes
from roamgrid.identity.access import AccessTokens
from roamgrid.identity.drivers.mail import sender_for
from roamgrid.identity.drivers.service import SignIn
from roamgrid.kernel.errors import DomainError
from roamgrid.kernel.settings import Mode
from roamgrid.products.driver_app.charges import tasks as charge_tasks
from roamgrid.products.driver_app.charges.service import ChargeService
from roamgrid.products.driver_app.offers.seal import OfferSeal
from roamgrid.products.driver_app.offers.service import OfferService
from roamgrid.settlement import tasks as settlement_tasks
from roamgrid.settlement.payments.ports import Customer, Notice, ProviderPayment, ProviderState
from roamgrid.settlement.settle.service import Settler
from roamgrid.tenancy.context import TenantContext
from roamgrid.tenancy.database import Database
from roamgrid.tenancy.directory import Directory
from tests.products.network import SECRET, brand_of

Variables = dict[str, Any]


def headers_of(ctx: TenantContext, token: str | None = None) -> dict[str, str]:
    """What a client of a brand sends."""
    return {"host": f"{ctx.tenant}.localhost"} | ({"authorization": f"Bearer {token}"} if token else {})


@dataclass(slots=True)
class PlayedOperator:
    """A `CommandGateway` that answers as told and remembers what it was asked."""

    response: CommandResponse = CommandResponse.ACCEPTED
    error: DomainError | None = None
    asked: list[Command] = field(default_factory=list)

    async def start(self, ctx: TenantContext, source: SourceId, command: StartSession) -> CommandReply:
        return self._answer(command)

    async def stop(self, ctx: TenantContext, source: SourceId, command: StopSession) -> CommandReply:
        return self._answer(command)

    async def send(self, ctx: TenantContext, source: SourceId, command: Command) -> CommandReply:
        return self._answer(command)

    def _answer(self, command: Command) -> CommandReply:
        self.asked.append(command)
        if self.error is not None:
            raise self.error
        return CommandReply(self.response, 30)


@dataclass(slots=True)
class PlayedBank:
    """A `PaymentProvider` that holds what it is asked to, unless told to fail."""

    error: BaseException | None = None
    held: dict[str, Money] = field(default_factory=dict)

    async def create_customer(self, ctx: TenantContext, key: str, driver_id: UUID) -> Customer:
        return Customer(f"customer of {driver_id}", "card")

    async def authorize(
        self, ctx: TenantContext, key: str, customer: Customer, amount: Money, reference: str, description: str
    ) -> ProviderPayment:
        if self.error is not None:
            raise self.error
        self.held[reference] = amount
        return ProviderPayment(f"payment {reference}", ProviderState.HELD, Money(Decimal(0), amount.currency))

    async def capture(self, ctx: TenantContext, key: str, provider_ref: str, amount: Money) -> ProviderPayment:
        return ProviderPayment(provider_ref, ProviderState.CAPTURED, amount)

    async def cancel(self, ctx: TenantContext, key: str, provider_ref: str) -> ProviderPayment:
        released = self.held.pop(provider_ref.removeprefix("payment "))
        return ProviderPayment(provider_ref, ProviderState.CANCELLED, Money(Decimal(0), released.currency))

    def read_notice(self, body: bytes) -> Notice:
        raise NotImplementedError("no test here receives a webhook")

    def open_notice(self, body: bytes, signature: str | None) -> Notice:
        raise NotImplementedError("no test here receives a webhook")


@dataclass(slots=True)
class World:
    """The served API and everything a test needs to move it."""

    database: Database
    url: str
    app: Starlette
    services: DriverServices
    operator: PlayedOperator
    bank: PlayedBank
    relay: Relay

    async def ask(
        self, ctx: TenantContext, query: str, variables: dict[str, Any] | None = None, token: str | None = None
    ) -> dict[str, Any]:
        """One operation at a brand's host; returns the whole answer."""
        headers = {"host": f"{ctx.tenant}.localhost"} | ({"authorization": f"Bearer {token}"} if token else {})
        async with httpx.AsyncClient() as client:
            answer = await client.post(
                f"{self.url}/graphql", json={"query": query, "variables": variables or {}}, headers=headers
            )
        body: dict[str, Any] = answer.json()
        return body

    async def data(
        self, ctx: TenantContext, query: str, variables: dict[str, Any] | None = None, token: str | None = None
    ) -> Any:
        """One operation that has to succeed; returns its data."""
        answer = await self.ask(ctx, query, variables, token)
        assert "errors" not in answer, answer
        return answer["data"]

    async def signed_in(self, ctx: TenantContext, email: str = "anna@example.org") -> str:
        """A driver's access token."""
        return (await self.services.sign_in.developer_token(ctx, email)).token.text

    async def settle(self) -> None:
        """Let every event reach its subscriptions, and what these publish, and so on.

        An event waits for the oldest transaction of the whole server, so that none is overtaken: of other tests' too.
        """
        async with asyncio.timeout(60):
            while await self.relay.relay_once() or await self._waiting():  # noqa: ASYNC110 - the database has no event
                await asyncio.sleep(0.005)

    async def _waiting(self) -> int:
        statement = "select (select count(*) from platform.outbox) + (select count(*) from platform.inbox) as waiting"
        async with self.database.platform() as conn:
            row = await (await conn.execute(statement)).fetchone()
        return int(row["waiting"]) if row else 0


@asynccontextmanager
async def serving(database: Database, redis_url: str) -> AsyncIterator[World]:
    """The driver API of both brands."""
    redis: Redis = Redis.from_url(redis_url)
    live = LiveStream(redis)
    operator, bank, registry = PlayedOperator(), PlayedBank(), load_registry()
    access, seal = AccessTokens(SECRET), OfferSeal(SECRET)
    services = DriverServices(
        database=database,
        directory=Directory(database),
        live=live,
        access=access,
        sign_in=SignIn(database, access, sender_for(Mode.SANDBOX), SECRET, Mode.SANDBOX),
        registry=registry,
        offers=OfferService(registry),
        seal=seal,
        charges=ChargeService(database, seal, registry, CommandService(database, operator), bank),
    )
    subscriptions = Subscriptions(
        [
            *command_tasks.subscriptions(),
            *charge_tasks.subscriptions(registry),
            *settlement_tasks.subscriptions(database, bank, Settler(registry, _jurisdictions, References(SECRET))),
        ]
    )
    inbox = Inbox(database, subscriptions)
    relay = Relay(database, subscriptions, inbox.deliver, lambda deliveries: broadcast(redis, deliveries))
    app = Starlette(routes=graphql_routes(services, with_ide=True))
    try:
        async with _on_a_port(app) as url:
            yield World(database, url, app, services, operator, bank, relay)
    finally:
        await live.close()
        await redis.aclose()


async def _jurisdictions(ctx: TenantContext) -> Sequence[str]:
    return brand_of(ctx).jurisdictions


@asynccontextmanager
async def _on_a_port(app: Starlette) -> AsyncIterator[str]:
    # Without its name asyncio would leave Nagle's algorithm on.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.bind(("127.0.0.1", 0))
        config = uvicorn.Config(app, log_level="warning", lifespan="off", ws="websockets-sansio", timeout_graceful_shutdown=1)
        server = uvicorn.Server(config)
        serving_ = asyncio.create_task(server.serve(sockets=[listener]))
        while not server.started:  # noqa: ASYNC110 - uvicorn has no event to wait for
            await asyncio.sleep(0.01)
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            await serving_
