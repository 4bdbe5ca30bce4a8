"""Routes as an ASGI application in which every answer is an envelope."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.routing import Route

from roamgrid.sandbox.ocpi.surface import echo
from roamgrid.sandbox.ocpi.wire import Envelope, refused


def application(routes: Sequence[Route], shut_down: Callable[[], Awaitable[None]]) -> Starlette:
    """`shut_down` is awaited when the server ends."""

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        await shut_down()

    app = Starlette(routes=routes, lifespan=lifespan, exception_handlers={404: _nothing_here, Exception: _broken})
    app.router.redirect_slashes = False
    return app


async def _nothing_here(request: Request, _: Exception) -> Envelope:
    return _echoed(request, refused(2000, "nothing is served at this address", http=404))


async def _broken(request: Request, _: Exception) -> Envelope:
    return _echoed(request, refused(3000, "internal error; the log of this process says more", http=500))


def _echoed(request: Request, answer: Envelope) -> Envelope:
    echo(request, answer)
    return answer
