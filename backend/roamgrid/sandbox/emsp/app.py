"""The provider as an ASGI application and as a process."""

import uvicorn
from starlette.applications import Starlette

from roamgrid.sandbox.emsp.control import Control
from roamgrid.sandbox.emsp.desk import Desk
from roamgrid.sandbox.emsp.options import EmspOptions
from roamgrid.sandbox.emsp.process import Process
from roamgrid.sandbox.ocpi.application import application


def create_app(options: EmspOptions) -> Starlette:
    """A provider that nobody knows yet."""
    process = Process(options)
    return application([*process.modules(), *Control(Desk(process)).routes()], process.shut_down)


def run(options: EmspOptions) -> None:
    """Serve until interrupted."""
    app = create_app(options)
    uvicorn.run(
        app, host=options.host, port=options.port, log_level="warning", access_log=False, ws="none", timeout_graceful_shutdown=2
    )
