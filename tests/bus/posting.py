"""A relay and an inbox without a broker between them: wake-ups are kept in a list, to be delivered as a test likes."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from uuid import UUID

import psycopg
from psycopg.rows import DictRow, dict_row

from roamgrid.bus.events import Delivery, Event, publish
from roamgrid.bus.inbox import Inbox
from roamgrid.bus.relay import Relay
from roamgrid.bus.subscriptions import Subscription, Subscriptions
from roamgrid.canonical.party import Party, PartyId, Role
from roamgrid.core.parties import service as parties
from roamgrid.kernel.ids import new_id
from roamgrid.tenancy.context import TenantContext
from roamgrid.tenancy.database import Database, OrmWork
from tests.builders import SOURCE

WakeUp = tuple[str, str, UUID]


async def until(condition: Callable[[], bool | Awaitable[bool]]) -> None:
    """Wait for a condition; the test's own time limit bounds it."""
    while True:
        met = condition()
        if met if isinstance(met, bool) else await met:
            return
        await asyncio.sleep(0.02)


class Post:
    """Everything between `publish` and a handler."""

    def __init__(self, database: Database, *subscriptions: Subscription) -> None:
        self.database = database
        self.wake_ups: list[WakeUp] = []
        self.live: list[Delivery] = []
        self.lost = False
        known = Subscriptions(subscriptions)
        self.relay = Relay(database, known, self._dispatch, self._broadcast)
        self.inbox = Inbox(database, known)

    async def deliver_all(self) -> None:
        """Hand every wake-up to the inbox, one after the other."""
        while self.wake_ups:
            await self.inbox.deliver(*self.wake_ups.pop(0))

    async def relay_and_deliver(self) -> None:
        await self.relay.relay_once()
        await self.deliver_all()

    async def rows(self) -> list[DictRow]:
        """The inbox."""
        return await ask(self.database, "select * from platform.inbox order by created_at, subscription")

    async def _dispatch(self, tenant: str, subscription: str, event_id: UUID) -> None:
        if self.lost:
            raise ConnectionError("Redis is gone")
        self.wake_ups.append((tenant, subscription, event_id))

    async def _broadcast(self, deliveries: list[Delivery]) -> None:
        self.live += deliveries


async def tell(database: Database, ctx: TenantContext, *events: Event) -> None:
    """Publish events in one transaction, and wait until a relay may take them.

    The relay's guard looks at the whole server: another test's transaction, in another database, holds events back too.
    """
    async with database.work(ctx) as work:
        for event in events:
            await publish(work, event)

    async def may_be_taken() -> bool:
        return not await ask(database, "select 1 from platform.outbox where xid >= pg_snapshot_xmin(pg_current_snapshot())")

    await until(may_be_taken)


def event(number: int = 1, *, aggregate: str = "thing:1", type_: str = "thing.happened.v1") -> Event:
    return Event(type_, aggregate, number, {"number": number})


async def leave_a_mark(work: OrmWork, delivery: Delivery) -> None:
    """A handler whose every committed run can be counted."""
    name = f"{delivery.event.payload['number']}"
    await parties.register(work, SOURCE, [Party(PartyId("NL", str(new_id())), Role.OTHER, name)])


async def marks(database: Database, ctx: TenantContext) -> list[str]:
    """What the handlers left, in the order in which they ran."""
    async with database.work(ctx) as work:
        rows = await (await work.conn.execute("select name from party order by party_id")).fetchall()
    return [row["name"] for row in rows]


async def ask(database: Database, question: str, params: Iterable[object] = ()) -> list[DictRow]:
    """As the owner, past all row security."""
    async with await psycopg.AsyncConnection.connect(database.url, row_factory=dict_row) as owner:
        cursor = await owner.execute(question, list(params))
        return await cursor.fetchall() if cursor.description else []


async def make_overdue(database: Database, seconds: float) -> None:
    """As if so much time had passed since the last wake-up."""
    await ask(database, "update platform.inbox set dispatched_at = now() - make_interval(secs => %s)", [seconds])
