"""Applications on real ports of this machine."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import uvicorn
from starlette.applications import Starlette


def reserved_port() -> socket.socket:
    """A bound socket: its port is known before anything listens."""
    # Named, or asyncio does not know it for TCP and leaves Nagle on: every kept connection would wait 40 ms an answer.
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    bound.bind(("127.0.0.1", 0))
    return bound


async def eventually(holds: Callable[[], Awaitable[object]]) -> None:
    """Wait until the condition holds; a test that waits in vain fails with TimeoutError."""
    async with asyncio.timeout(20):
        for _ in range(10_000):
            if await holds():
                return
            await asyncio.sleep(0.005)
        raise TimeoutError


@asynccontextmanager
async def served(app: Starlette, bound: socket.socket) -> AsyncIterator[str]:
    """The base URL of an application that answers over HTTP until the block ends."""
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", ws="none"))
    running = asyncio.create_task(server.serve(sockets=[bound]))
    while not server.started:
        if running.done():
            raise RuntimeError("the server did not start") from running.exception()
        await asyncio.sleep(0.005)
    try:
        yield f"http://127.0.0.1:{bound.getsockname()[1]}"
    finally:
        server.should_exit = True
        await running
