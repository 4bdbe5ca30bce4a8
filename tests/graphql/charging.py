"""One driver's charge as its phone and its operator see it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from roamgrid.canonical.command import CommandResult
from roamgrid.canonical.session import SessionStatus
from roamgrid.canonical.token import TokenRef
from roamgrid.core.cdrs import service as cdrs
from roamgrid.core.commands import service as commands
from roamgrid.core.sessions import service as sessions
from roamgrid.kernel.ids import new_id
from roamgrid.tenancy.context import TenantContext
from tests import builders
from tests.graphql.world import World
from tests.products.network import one, store

SESSION = """
id state states final kwh startedAt endedAt createdAt
place { name city operator evseId standard maxPowerKw }
offer { components { text } tariffVersion planVersion rulePackVersion }
runningCost { amount currency estimate }
failure { code message hint }
cdr { id verdict total { amount currency } }
receipt { number net { amount } tax { amount } gross { amount currency } taxPercent lines { text net { amount } } sessionId }"""
ERROR = "... on Error { __typename code message hint }"
OFFER = """{ stations(near: {lat: 52.0907, lon: 5.1214}) { edges { node { evses { connectors { offer { id } } } } } } }"""
START = f"""mutation($id: ID!) {{
  startSession(input: {{offerId: $id}}) {{ ... on StartSessionPayload {{ session {{ {SESSION} }} }} {ERROR} }}
}}"""
STOP = f"""mutation($id: ID!) {{
  stopSession(input: {{sessionId: $id}}) {{ ... on StopSessionPayload {{ session {{ {SESSION} }} }} {ERROR} }}
}}"""
READ = f"query($id: ID!) {{ session(id: $id) {{ {SESSION} }} }}"
BEGAN = datetime(2026, 6, 1, 12, tzinfo=UTC)


@dataclass(slots=True)
class Charge:
    """A session on its way; the methods are what the operator reports."""

    world: World
    ctx: TenantContext
    token: str
    id: str
    reference: str
    token_uid: str
    reports: int = 0

    async def read(self) -> dict[str, Any]:
        """The session as its driver reads it now."""
        found: dict[str, Any] = (await self.world.data(self.ctx, READ, {"id": self.id}, self.token))["session"]
        return found

    async def station_answers(self, result: CommandResult) -> None:
        """The station's result of the start command."""
        command = self.world.operator.asked[-1]
        async with self.world.database.work(self.ctx) as work:
            assert await commands.result(work, builders.SOURCE, command.command_id, result, None)
        await self.world.settle()

    async def reports_session(self, status: SessionStatus, kwh: str, minutes: int = 30) -> None:
        """A session push; each later than the one before."""
        self.reports += 1
        ended = BEGAN + timedelta(minutes=minutes) if status is SessionStatus.COMPLETED else None
        session = builders.session(
            f"S-{self.reference}",
            status=status,
            kwh=Decimal(kwh),
            start=BEGAN,
            end=ended,
            token=TokenRef(self.token_uid, "APP_USER", "C1"),
            authorization_reference=self.reference,
            last_updated=BEGAN + timedelta(minutes=minutes, seconds=self.reports),
        )
        async with self.world.database.work(self.ctx) as work:
            await sessions.put(work, builders.SOURCE, session, b"{}")
        await self.world.settle()

    async def sends_cdr(self, kwh: str, net: str) -> None:
        """The charge detail record."""
        record = builders.cdr(
            f"CDR-{self.reference}",
            kwh=kwh,
            net=net,
            session_id=f"S-{self.reference}",
            token=TokenRef(self.token_uid, "APP_USER", "C1"),
            authorization_reference=self.reference,
        )
        async with self.world.database.work(self.ctx) as work:
            await cdrs.receive(work, builders.SOURCE, new_id(), builders.received(record))
        await self.world.settle()


async def offer_id(world: World, ctx: TenantContext, token: str) -> str:
    """An offer for the first connector that is found."""
    answer = await world.data(ctx, OFFER, token=token)
    found: str = answer["stations"]["edges"][0]["node"]["evses"][0]["connectors"][0]["offer"]["id"]
    return found


async def start(world: World, ctx: TenantContext, token: str, offer: str) -> dict[str, Any]:
    """The result union of startSession."""
    answer: dict[str, Any] = (await world.data(ctx, START, {"id": offer}, token))["startSession"]
    return answer


async def started(world: World, ctx: TenantContext, email: str = "anna@example.org") -> Charge:
    """A charge that the operator has accepted, on a network of one station at EUR 0.40 a kWh."""
    await store(world.database, ctx, [builders.location()], [builders.tariff()])
    token = await world.signed_in(ctx, email)
    session = (await start(world, ctx, token, await offer_id(world, ctx, token)))["session"]
    await world.settle()
    row = await one(world.database, ctx, "select reference, token_uid from authorization_grant order by created_at desc")
    return Charge(world, ctx, token, session["id"], str(row["reference"]), str(row["token_uid"]))
