"""Tell every partner about a changed card."""

from roamgrid.bus.events import Delivery
from roamgrid.bus.subscriptions import Subscription
from roamgrid.canonical.token import TokenType
from roamgrid.core.tokens import service
from roamgrid.core.tokens.ports import TokenSink
from roamgrid.kernel.errors import Unavailable
from roamgrid.tenancy.context import TenantContext
from roamgrid.tenancy.database import Database


def subscriptions(database: Database, sink: TokenSink) -> list[Subscription]:
    """The token room's subscriptions."""

    async def push_everywhere(ctx: TenantContext, delivery: Delivery) -> None:
        payload = delivery.event.payload
        missed: list[Unavailable] = []
        for source in await sink.receivers(ctx):
            async with database.work(ctx) as work:
                row = await service.find(work, source, payload["uid"], TokenType(payload["type"]))
            try:
                if row is not None:
                    await sink.push(ctx, source, row.token)
            except Unavailable as error:
                missed.append(error)
        if missed:
            raise ExceptionGroup("partners that could not be told", missed)

    return [Subscription.effect("tokens.push", "token.changed.v1", push_everywhere)]
