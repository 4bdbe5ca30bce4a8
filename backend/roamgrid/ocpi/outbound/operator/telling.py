"""Who is told when something of our own network changes: decided with the event, sent through the partners' queues."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from roamgrid.bus.events import Delivery
from roamgrid.bus.subscriptions import Subscription
from roamgrid.canonical.party import PartyId, SourceId
from roamgrid.core.operator import service as operator
from roamgrid.core.operator.addressees import Addressee, Nobody
from roamgrid.core.operator.models import ChargeKind, Mark
from roamgrid.ocpi.outbound.operator.addresses import faced_as_operator, takes
from roamgrid.ocpi.outbound.operator.charges import KINDS
from roamgrid.ocpi.outbound.operator.network import LOCATION, TARIFF, key_of, parts_of
from roamgrid.ocpi.outbound.push import queue
from roamgrid.ocpi.publishing import Publisher, operated
from roamgrid.tenancy.context import TenantContext
from roamgrid.tenancy.database import Database, Work
from roamgrid.tenancy.directory import Directory

_NAMED_ONE_BY_ONE = 200
"""A pull that changed more is owed to the partners as a whole, and made up for as there is room."""
_CLOCKS_APART = timedelta(minutes=1)
_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Telling:
    """Handlers of events; nothing here waits for a partner."""

    directory: Directory
    publisher: Publisher

    def subscriptions(self) -> list[Subscription]:
        """The operator's subscriptions."""
        return [
            Subscription.handler("operator.tell_location", "location.updated.v1", self.location),
            Subscription.handler("operator.tell_tariff", "tariff.updated.v1", self.tariff),
            Subscription.handler("operator.tell_pulled", "feed.pulled.v1", self.pulled),
            Subscription.handler("operator.tell_session", "session.updated.v1", self.session),
            Subscription.handler("operator.tell_cdr", "cdr.received.v1", self.cdr),
        ]

    async def location(self, work: Work, delivery: Delivery) -> None:
        """A station that was pushed to us."""
        await self._named(work, delivery, LOCATION, "locations")

    async def tariff(self, work: Work, delivery: Delivery) -> None:
        """A tariff that was pushed to us, or withdrawn."""
        await self._named(work, delivery, TARIFF, "tariffs")

    async def pulled(self, work: Work, delivery: Delivery) -> None:
        """Stations or tariffs that we pulled: one event tells of all of them."""
        module, ours = delivery.event.payload["module"], await self._ours(work)
        if not ours or module not in ("locations", "tariffs"):
            return
        since = datetime.fromtimestamp(delivery.event.version / 1000, UTC) - _CLOCKS_APART
        if module == "locations":
            await self._offer_all(work, LOCATION, module, await operator.locations_since(work, ours, since), since)
        else:
            await self._offer_all(work, TARIFF, module, await operator.tariffs_since(work, ours, since), since)

    async def session(self, work: Work, delivery: Delivery) -> None:
        """A charge goes on."""
        await self.charge(work, ChargeKind.SESSION, UUID(delivery.event.payload["session"]))

    async def cdr(self, work: Work, delivery: Delivery) -> None:
        """A charge is to be paid."""
        await self.charge(work, ChargeKind.CDR, UUID(delivery.event.payload["cdr"]))

    async def charge(self, work: Work, kind: ChargeKind, object_: UUID) -> None:
        """Find the partner of a charge at our stations, and let it be told; nobody found: it waits visibly."""
        ours = await self._ours(work)
        known = await self._addressee(work, kind, object_, ours) if ours else None
        if known is None:
            return
        connection = await self.publisher.connections.get(work, known.connection)
        if takes(connection, f"{kind}s"):
            await queue.offer(work, connection, kind.value, str(object_))

    async def try_again(self, database: Database, ctx: TenantContext) -> int:
        """Look once more for the partners of charges that had none; returns at how many it looked."""
        async with database.work(ctx) as work:
            waiting = await operator.due(work, _AT_ONCE)
        for kind, object_ in waiting:
            async with database.work(ctx) as work:
                await self.charge(work, kind, object_)
        return len(waiting)

    async def _addressee(self, work: Work, kind: ChargeKind, object_: UUID, ours: Collection[PartyId]) -> Addressee | None:
        known = await operator.addressee(work, kind, object_)
        if known is not None:
            return known
        one = await operator.charge(work, list(ours), kind, object_)
        if one is None:
            return None
        told_in = await self.publisher.told_in(work, one)
        token = told_in.read(KINDS[kind], one.body.raw, one.party).value.token
        partners = {connection.id for connection in await faced_as_operator(self.publisher.connections, work)}
        found = await operator.look_up(work, token, partners - {one.source}, ours)
        if isinstance(found, Nobody):
            await operator.note_nobody(work, kind, object_, token, found)
            return None
        await operator.address(work, kind, object_, found.connection, found.token)
        return found

    async def _named(self, work: Work, delivery: Delivery, kind: str, module: str) -> None:
        party, object_id = parts_of(delivery.event.aggregate.split(":", 1)[1].replace(":", "/", 1))
        if party not in await self._ours(work):
            return
        source = SourceId(UUID(delivery.event.payload["source"]))
        for connection in await faced_as_operator(self.publisher.connections, work):
            if takes(connection, module) and connection.id != source:
                await queue.offer(work, connection, kind, key_of(party, object_id))

    async def _offer_all(
        self, work: Work, kind: str, module: str, changed: Sequence[tuple[Mark, PartyId]], since: datetime
    ) -> None:
        for connection in await faced_as_operator(self.publisher.connections, work) if changed else ():
            if not takes(connection, module):
                continue
            if len(changed) > _NAMED_ONE_BY_ONE:
                await queue.owe(work, connection, kind, since)
                continue
            for mark, party in changed:
                await queue.offer(work, connection, kind, key_of(party, mark.key))

    async def _ours(self, work: Work) -> list[PartyId]:
        return operated(await self.directory.by_slug(work.ctx.tenant))
