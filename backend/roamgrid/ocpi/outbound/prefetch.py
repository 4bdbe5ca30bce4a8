"""Fetch the next page while the present one is being stored."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from typing import TypeVar

T = TypeVar("T")


async def prefetched(pages: AsyncGenerator[T, None]) -> AsyncGenerator[T, None]:
    """The same items, each asked for one ahead. An error comes when its item would have. Close it when leaving early."""
    upcoming = asyncio.create_task(_next(pages))
    try:
        while (page := await upcoming) is not None:
            upcoming = asyncio.create_task(_next(pages))
            yield page
    finally:
        upcoming.cancel()
        # Whatever the page ahead would have brought, nobody waits for it any more.
        with contextlib.suppress(asyncio.CancelledError, Exception):
            await upcoming
        await pages.aclose()


async def _next(pages: AsyncGenerator[T, None]) -> T | None:
    return await anext(pages, None)
