"""Tell every partner about a changed token. Who could not be told is on record, and is told when the event is tried again."""

from roamgrid.bus.events import Delivery
from roamgrid.bus.subscriptions import Subscription
from roamgrid.canonical.party import SourceId
from roamgrid.canonical.token import TokenType
from roamgrid.core.tokens import repository as sql
from roamgrid.core.tokens import service
from roamgrid.core.tokens.ports import TokenSink
from roamgrid.core.tokens.uids import uid_key
from roamgrid.kernel.errors import Unavailable
from roamgrid.tenancy.context import TenantContext
from roamgrid.tenancy.database import Database, Work


def subscriptions(database: Database, sink: TokenSink) -> list[Subscription]:
    """The token room's subscriptions."""

    async def push_everywhere(ctx: TenantContext, delivery: Delivery) -> None:
        missed: list[Unavailable] = []
        for source in await sink.receivers(ctx):
            error = await _tell(database, sink, ctx, source, delivery)
            if error is not None:
                missed.append(error)
        if missed:
            raise ExceptionGroup("partners that could not be told", missed)

    return [Subscription.effect("tokens.push", "token.changed.v1", push_everywhere)]


async def _tell(
    database: Database, sink: TokenSink, ctx: TenantContext, source: SourceId, delivery: Delivery
) -> Unavailable | None:
    """Why this partner could not be told, if so. Nothing happens when it was told as much, or more, already."""
    uid, kind = delivery.event.payload["uid"], TokenType(delivery.event.payload["type"])
    async with database.work(ctx) as work:
        row = await service.find(work, source, uid, kind)
        told = await _told(work, source, uid, kind)
    if row is None or kind is TokenType.EMAID or told >= delivery.event.version:
        return None
    missed: Unavailable | None = None
    try:
        await sink.push(ctx, source, row.token)
    except Unavailable as error:
        missed = error
    params = {
        "uid_key": uid_key(uid),
        "type": kind,
        "source": source,
        "version": delivery.event.version,
        "error": missed and missed.message,
        "now": ctx.clock.now(),
    }
    async with database.work(ctx) as work:
        await work.conn.execute(sql.RECORD_TOLD, params)
    return missed


async def _told(work: Work, source: SourceId, uid: str, kind: TokenType) -> int:
    """The version of the token that the partner has; 0 for none."""
    params = {"uid_key": uid_key(uid), "type": kind, "source": source}
    row = await (await work.conn.execute(sql.TOLD, params)).fetchone()
    return int(row["version"]) if row else 0
