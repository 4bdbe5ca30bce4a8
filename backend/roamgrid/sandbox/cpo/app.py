"""The operator as an ASGI application and as a process."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request

from roamgrid.sandbox.cpo.commands import Commands
from roamgrid.sandbox.cpo.control import Control
from roamgrid.sandbox.cpo.desk import Desk
from roamgrid.sandbox.cpo.options import CpoOptions
from roamgrid.sandbox.cpo.process import Process
from roamgrid.sandbox.cpo.publishing import Publishing
from roamgrid.sandbox.cpo.registration import Registration
from roamgrid.sandbox.cpo.surface import Surface, echo
from roamgrid.sandbox.cpo.tokens import Tokens
from roamgrid.sandbox.cpo.wire import Envelope, refused


def create_app(options: CpoOptions) -> Starlette:
    """Load the network and build the application. Raises UnreadableDump for files that cannot be served."""
    process = Process(options)
    surface = Surface(process.connections, process.current_knobs, process.dice, process.log)
    commands = Commands(process.network, process.records, process.operator, process.pushes, process.current_knobs)
    routes = [
        *Registration(options.base_url, process.handshake, process.connections).routes(surface),
        *Publishing(options.base_url, process.network, process.records, options.page_limit).routes(surface),
        *Tokens().routes(surface),
        *commands.routes(surface),
        *Control(Desk(process)).routes(),
    ]

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        await process.shut_down()

    app = Starlette(routes=routes, lifespan=lifespan, exception_handlers={404: _nothing_here, Exception: _broken})
    app.router.redirect_slashes = False
    return app


def run(options: CpoOptions) -> None:
    """Serve until interrupted."""
    app = create_app(options)
    uvicorn.run(app, host=options.host, port=options.port, log_level="warning", access_log=False, ws="none")


async def _nothing_here(request: Request, _: Exception) -> Envelope:
    return _echoed(request, refused(2000, "nothing is served at this address", http=404))


async def _broken(request: Request, _: Exception) -> Envelope:
    return _echoed(request, refused(3000, "internal error; the log of this process says more", http=500))


def _echoed(request: Request, answer: Envelope) -> Envelope:
    echo(request, answer)
    return answer
