"""A loop can see that it was asked to end, even when a library kept that to itself."""

import asyncio
from contextlib import suppress

from roamgrid.kernel.tasks import cancelled


async def test_a_loop_ends_although_its_cancellation_was_swallowed() -> None:
    rounds = 0

    async def loop() -> None:
        nonlocal rounds
        while not cancelled():
            rounds += 1
            with suppress(asyncio.CancelledError):
                await asyncio.sleep(3600)

    task = asyncio.create_task(loop())
    await asyncio.sleep(0)
    task.cancel()
    await task
    assert rounds == 1
