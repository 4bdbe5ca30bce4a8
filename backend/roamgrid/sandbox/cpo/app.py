"""The operator as an ASGI application and as a process."""

import uvicorn
from starlette.applications import Starlette

from roamgrid.sandbox.cpo.control import Control
from roamgrid.sandbox.cpo.desk import Desk
from roamgrid.sandbox.cpo.options import CpoOptions
from roamgrid.sandbox.cpo.process import Process, operator_side, published_network
from roamgrid.sandbox.ocpi.application import application
from roamgrid.sandbox.ocpi.connections import Connections


def create_app(options: CpoOptions) -> Starlette:
    """Load the network and build the application. Raises UnreadableDump for files that cannot be served."""
    network = published_network(options)
    process = Process(options, network, operator_side(options.base_url, network), Connections())
    return application([*process.modules(), *Control(Desk(process)).routes()], process.shut_down)


def run(options: CpoOptions) -> None:
    """Serve until interrupted."""
    app = create_app(options)
    uvicorn.run(
        app, host=options.host, port=options.port, log_level="warning", access_log=False, ws="none", timeout_graceful_shutdown=2
    )
