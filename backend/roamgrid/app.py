"""Composition root: the one place, with `worker.py` and `cli/`, that knows every room and wires them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from types import TracebackType
from typing import Self

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialBackoff
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from roamgrid.bus.live import LiveStream
from roamgrid.bus.subscriptions import Subscription
from roamgrid.core.charging_profiles.service import ChargingProfiles
from roamgrid.core.commands import service as commands
from roamgrid.core.commands import tasks as command_tasks
from roamgrid.core.commands.service import CommandService
from roamgrid.core.operator import demand_tasks
from roamgrid.core.operator.authorizing import ForeignAuthorization
from roamgrid.core.tokens import blocking
from roamgrid.core.tokens import tasks as token_tasks
from roamgrid.core.tokens.reference import References
from roamgrid.extensions import load_registry
from roamgrid.identity.access import AccessTokens
from roamgrid.identity.drivers.mail import sender_for
from roamgrid.identity.drivers.service import SignIn
from roamgrid.kernel.clock import SystemClock
from roamgrid.kernel.crypto import Vault, load_secret_key, retired_key
from roamgrid.kernel.embedded import ServiceUrls
from roamgrid.kernel.errors import DomainError
from roamgrid.kernel.settings import Mode, Settings
from roamgrid.ocpi.connections.journal import Journal
from roamgrid.ocpi.connections.store import Connections
from roamgrid.ocpi.handshake.our_side import OurSide
from roamgrid.ocpi.handshake.service import Handshake
from roamgrid.ocpi.inbound.manners import CountedManners
from roamgrid.ocpi.inbound.routes import HotPaths, Inbound
from roamgrid.ocpi.outbound.addresses import AddressRule
from roamgrid.ocpi.outbound.clients import PartnerClients
from roamgrid.ocpi.outbound.commands import OcpiCommandGateway
from roamgrid.ocpi.outbound.operator.back_end import BackEnd
from roamgrid.ocpi.outbound.operator.issuers import OcpiTokenIssuers
from roamgrid.ocpi.outbound.operator.pushes import OwnNetworkPushes
from roamgrid.ocpi.outbound.outcomes import OcpiOutcomeTeller
from roamgrid.ocpi.outbound.profiles import OcpiProfileGateway
from roamgrid.ocpi.outbound.pull import PullService
from roamgrid.ocpi.outbound.puller import Puller
from roamgrid.ocpi.outbound.push.pusher import Pusher
from roamgrid.ocpi.outbound.tokens import OcpiTokenSink, TokenSource
from roamgrid.products.driver_app.charges import tasks as charge_tasks
from roamgrid.products.driver_app.charges.service import ChargeService
from roamgrid.products.driver_app.offers.seal import OfferSeal
from roamgrid.products.driver_app.offers.service import OfferService
from roamgrid.settlement import reconcile
from roamgrid.settlement import tasks as settlement_tasks
from roamgrid.settlement.payments import service as payments
from roamgrid.settlement.payments import webhooks
from roamgrid.settlement.payments.stripe_provider import SANDBOX_CARD, StripeProvider
from roamgrid.settlement.settle.service import Settler
from roamgrid.tenancy.context import TenantContext
from roamgrid.tenancy.database import Database
from roamgrid.tenancy.directory import Directory

_UNSETTLED_FOR = timedelta(seconds=30)
_ABANDONED_FOR = timedelta(minutes=30)


class Platform:
    """Everything that a process shares: made at its start, opened once (`async with`), closed at its end."""

    def __init__(self, settings: Settings, urls: ServiceUrls, *, max_connections: int = 10) -> None:
        self.settings = settings
        self.secret = load_secret_key(settings.secret_key, settings.data_dir)
        self.database = Database(urls.database_url, max_connections=max_connections)
        self.directory = Directory(self.database)
        self.redis = Redis.from_url(urls.redis_url, retry=Retry(ExponentialBackoff(), 2))
        self.live = LiveStream(self.redis)
        self.registry = load_registry()
        self.connections = Connections(Vault(self.secret, *map(retired_key, settings.retired_secret_keys)))
        self.journal = Journal(self.database)
        self.clients = PartnerClients(AddressRule(settings.calls_private_partners), self.journal)
        self.handshake = Handshake(
            self.database, self.connections, self.clients.open_peer, OurSide(self.directory, settings.base_url)
        )
        self.pull = PullService(self.database, self.clients, self.directory)
        self.puller = Puller(self.database, self.connections, self.pull, timedelta(seconds=settings.pull_interval_s))
        self.publications = OwnNetworkPushes(self.connections, self.directory)
        self.pusher = Pusher(self.database, self.connections, self.clients, [TokenSource(), *self.publications.sources()])
        self.token_sink = OcpiTokenSink(self.database, self.connections, self.pusher)
        self.provider = _provider(settings)
        self.commands = CommandService(self.database, self._gateway(), timedelta(seconds=settings.command_result_s))
        self.profiles = ChargingProfiles(self.database, self._profile_gateway())
        self.access = AccessTokens(self.secret)
        self.sign_in = SignIn(self.database, self.access, sender_for(settings.mode), self.secret, settings.mode)
        self.seal = OfferSeal(self.secret)
        self.charges = ChargeService(self.database, self.seal, self.registry, self.commands, self.provider)
        self.hot_paths = HotPaths(self.database)
        self.inbound = Inbound(
            self.database,
            self.directory,
            self.connections,
            self.clients.open_peer,
            self.hot_paths,
            SystemClock(),
            settings.base_url,
            self.secret,
            heard=self.journal,
            manners=CountedManners(self.database),
            own_network=self._back_end(),
            foreign=ForeignAuthorization(self.database, OcpiTokenIssuers(self.database, self.connections, self.clients)),
        )

    async def __aenter__(self) -> Self:
        await self.database.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.live.close()
        await self.puller.close()
        await self.pusher.close()
        await self.clients.close()
        await self.journal.close()
        await self.provider.close()
        await self.redis.aclose()
        await self.database.close()

    def subscriptions(self) -> list[Subscription]:
        """All rooms' subscriptions: what a worker handles."""
        return [
            *command_tasks.subscriptions(),
            *token_tasks.subscriptions(self.database, self.token_sink),
            *settlement_tasks.subscriptions(
                self.database, self.provider, Settler(self.registry, self._jurisdictions, References(self.secret))
            ),
            *charge_tasks.subscriptions(self.registry),
            *self.publications.telling().subscriptions(),
            *demand_tasks.subscriptions(self.database, self._outcome_teller()),
        ]

    async def reap(self, ctx: TenantContext) -> None:
        """Commands that nobody answered in time, and charges whose start was cut off."""
        async with self.database.work(ctx) as work:
            await commands.reap(work)
        await self.charges.reap(ctx)

    async def sweep(self, ctx: TenantContext) -> None:
        """The safety nets: bodies not processed, charges without a partner, pushes that did not fit, CDRs not settled, money
        held for nothing."""
        await self.inbound.intake().replay(ctx)
        await self.publications.telling().try_again(self.database, ctx)
        await self.pusher.make_up(ctx)
        async with self.database.work(ctx) as work:
            await blocking.expire(work)
            await reconcile.sweep(work, _UNSETTLED_FOR)
        await payments.release_abandoned(self.database, ctx, self.provider, _ABANDONED_FOR)

    async def pull_due(self, ctx: TenantContext) -> None:
        """Begin the pulls whose turn it is."""
        await self.puller.begin_due(ctx)

    async def push_due(self, ctx: TenantContext) -> None:
        """Begin sending what waits for partners."""
        await self.pusher.begin_due(ctx)

    def routes(self) -> list[BaseRoute]:
        """Everything that the API process answers."""
        # A quarter of what a process loads at its start is GraphQL's: workers and commands need none of it.
        from roamgrid.graphql.driver.context import DriverServices
        from roamgrid.graphql.driver.routes import graphql_routes

        services = DriverServices(
            database=self.database,
            directory=self.directory,
            live=self.live,
            access=self.access,
            sign_in=self.sign_in,
            registry=self.registry,
            offers=OfferService(self.registry),
            seal=self.seal,
            charges=self.charges,
        )
        return [
            *self.inbound.routes(),
            *graphql_routes(services, with_ide=self.settings.mode is Mode.SANDBOX),
            Route("/webhooks/payments", self._payment_webhook, methods=["POST"]),
            Route("/health", self._health),
        ]

    def _gateway(self) -> OcpiCommandGateway:
        return OcpiCommandGateway(
            self.database,
            self.connections,
            self.clients,
            self.directory,
            self.settings.base_url,
            self.settings.command_timeout_s,
        )

    def _outcome_teller(self) -> OcpiOutcomeTeller:
        return OcpiOutcomeTeller(self.database, self.connections, self.clients, self.settings.command_timeout_s)

    def _back_end(self) -> BackEnd:
        return BackEnd(self.database, self.connections, self._gateway(), self._profile_gateway())

    def _profile_gateway(self) -> OcpiProfileGateway:
        return OcpiProfileGateway(self._gateway().deferred, self.settings.command_timeout_s)

    async def _jurisdictions(self, ctx: TenantContext) -> tuple[str, ...]:
        return (await self.directory.by_slug(ctx.tenant)).declaration.jurisdictions

    async def _context(self, slug: str) -> TenantContext:
        return (await self.directory.by_slug(slug)).context(actor="payment provider")

    async def _payment_webhook(self, request: Request) -> Response:
        try:
            stored = await webhooks.receive_webhook(
                self.database, self._context, self.provider, await request.body(), request.headers.get("stripe-signature")
            )
        except DomainError as error:
            return JSONResponse({"code": error.code, "message": error.message, "hint": error.hint}, status_code=400)
        return JSONResponse({"stored": stored})

    async def _health(self, _: Request) -> Response:
        async with self.database.platform() as conn:
            await conn.execute("select 1")
        await self.redis.ping()
        return JSONResponse({"status": "ok"})


def create_app(settings: Settings, urls: ServiceUrls) -> Starlette:
    """The API as an ASGI application; its lifespan opens and closes the platform."""
    platform = Platform(settings, urls)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with platform:
            await platform.hot_paths.open()
            try:
                yield
            finally:
                await platform.hot_paths.close()

    app = Starlette(routes=platform.routes(), lifespan=lifespan)
    app.router.redirect_slashes = False
    return app


def _provider(settings: Settings) -> StripeProvider:
    """Without a key of its own a sandbox deployment uses a test key, which the sandbox's provider takes."""
    key = settings.psp_api_key.get_secret_value() if settings.psp_api_key else "sk_test_roamgrid"
    secret = settings.psp_webhook_secret.get_secret_value() if settings.psp_webhook_secret else None
    card = SANDBOX_CARD if settings.mode is Mode.SANDBOX else None
    return StripeProvider(key, secret, base_url=settings.payment_url, test_card=card)
