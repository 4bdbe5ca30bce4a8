"""The hub as an ASGI application and as a process: an operator's parts behind routing of its own."""

import uvicorn
from starlette.applications import Starlette

from roamgrid.sandbox.cpo.control import Control
from roamgrid.sandbox.cpo.desk import Desk
from roamgrid.sandbox.cpo.network import Network
from roamgrid.sandbox.cpo.process import REQUIRED, Process, party_roles
from roamgrid.sandbox.hub.client_info import ClientInfo
from roamgrid.sandbox.hub.clients import Clients
from roamgrid.sandbox.hub.control import HubControl
from roamgrid.sandbox.hub.exchange import Exchange
from roamgrid.sandbox.hub.fronting import fronted_network
from roamgrid.sandbox.hub.options import HubOptions
from roamgrid.sandbox.ocpi.application import application
from roamgrid.sandbox.ocpi.connections import Connections
from roamgrid.sandbox.ocpi.instants import Stamps
from roamgrid.sandbox.ocpi.shapes.shape import CPO_MODULES, Role, Version
from roamgrid.sandbox.ocpi.side import Side


def create_app(options: HubOptions) -> Starlette:
    """Load what is behind the hub and build the application. Raises UnreadableDump for files that cannot be served."""
    network, connections = fronted_network(options), Connections()
    clients = Clients(network, connections, Stamps())
    exchange = Exchange(options.party, clients)
    side = hub_side(options, network)
    process = Process(options, network, side, connections, switchboard=exchange, scope=exchange.scope)
    info = ClientInfo(process, clients)
    routes = [
        *process.modules(),
        *info.routes(process.surface),
        *Control(Desk(process)).routes(),
        *HubControl(clients, info).routes(),
    ]
    return application(routes, process.shut_down)


def run(options: HubOptions) -> None:
    """Serve until interrupted."""
    app = create_app(options)
    uvicorn.run(
        app, host=options.host, port=options.port, log_level="warning", access_log=False, ws="none", timeout_graceful_shutdown=2
    )


def hub_side(options: HubOptions, network: Network) -> Side:
    """In 2.2.1 the hub has a role of its own and its clients are told by HubClientInfo; since 2.3.0 they are the roles."""

    def roles(version: Version) -> list[Role]:
        if version == "2.3.0":
            return party_roles(network)
        return [Role("HUB", *options.party, {"name": "Sandbox hub"})]

    modules = (*CPO_MODULES.items(), ("hubclientinfo", "SENDER"))
    return Side(base_url=options.base_url, roles=roles, modules=modules, required=REQUIRED, peer_role="EMSP", hub=options.party)
