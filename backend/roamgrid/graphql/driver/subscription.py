"""Watch a session live: its state at once, then after every change, until nothing more is expected."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator

import strawberry

from roamgrid.graphql.common.nodes import uuid_key
from roamgrid.graphql.driver.context import DriverInfo
from roamgrid.graphql.driver.types.session import Session
from roamgrid.products.driver_app.charges import service as charges
from roamgrid.products.driver_app.charges.progress import aggregate

_LOOK_AGAIN_S = 5
"""Signals may be lost (D5): without one, the state is read again after this time."""


@strawberry.type
class Subscription:
    """Over graphql-transport-ws or server-sent events."""

    @strawberry.subscription
    async def session(self, info: DriverInfo, id: strawberry.ID) -> AsyncGenerator[Session, None]:
        """The session now and after every change; completes after a final state."""
        context, key = info.context, uuid_key(id, "Session")
        driver = context.require_driver()
        async with context.services.live.listen(context.tenant.slug, aggregate(key)) as signals:
            seen = 0
            async for _ in _beats(signals):
                async with context.services.database.work(context.ctx) as work:
                    charge = await charges.get(work, driver, key)
                if charge.version > seen:
                    seen = charge.version
                    yield Session.of(charge)
                if charge.progress.final:
                    return


async def _beats(signals: AsyncIterator[object]) -> AsyncGenerator[None, None]:
    """Once at once, then at every signal, and now and then without one."""
    signal = asyncio.ensure_future(anext(signals))
    try:
        while True:
            yield
            await asyncio.wait({signal}, timeout=_LOOK_AGAIN_S)
            if signal.done():
                signal.result()
                signal = asyncio.ensure_future(anext(signals))
    finally:
        signal.cancel()
        await asyncio.wait({signal})
