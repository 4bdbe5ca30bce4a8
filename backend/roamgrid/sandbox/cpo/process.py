"""One running operator: everything it owns, wired once."""

import httpx
from starlette.routing import Route

from roamgrid.sandbox.cpo.commands import Commands
from roamgrid.sandbox.cpo.dump import bundled_objects, read_objects
from roamgrid.sandbox.cpo.network import Network
from roamgrid.sandbox.cpo.operator import Operator
from roamgrid.sandbox.cpo.options import CpoOptions, Knobs
from roamgrid.sandbox.cpo.profiles import Profiles
from roamgrid.sandbox.cpo.publishing import Publishing, Scope, by_connection
from roamgrid.sandbox.cpo.records import Records
from roamgrid.sandbox.cpo.results import Results
from roamgrid.sandbox.cpo.tokens import Tokens
from roamgrid.sandbox.faults import Dice
from roamgrid.sandbox.ocpi.connections import Connections
from roamgrid.sandbox.ocpi.exchange_log import ExchangeLog
from roamgrid.sandbox.ocpi.handshake import Handshake
from roamgrid.sandbox.ocpi.instants import Stamps
from roamgrid.sandbox.ocpi.peer import TIMEOUT_SECONDS, Peer
from roamgrid.sandbox.ocpi.pushes import Pushes
from roamgrid.sandbox.ocpi.registration import Registration
from roamgrid.sandbox.ocpi.shapes.shape import CPO_MODULES, Role, Version
from roamgrid.sandbox.ocpi.side import Side
from roamgrid.sandbox.ocpi.surface import Surface
from roamgrid.sandbox.ocpi.switchboard import Direct, Switchboard
from roamgrid.sandbox.ocpi.voice import Voice

REQUIRED = (("sessions", "RECEIVER"), ("cdrs", "RECEIVER"))


class Process:
    """The parts of an operator. `knobs` is replaced as a whole when somebody turns one."""

    def __init__(
        self,
        options: CpoOptions,
        network: Network,
        side: Side,
        connections: Connections,
        *,
        switchboard: Switchboard | None = None,
        scope: Scope = by_connection,
    ) -> None:
        self.options = options
        self.knobs = options.knobs
        self.network = network
        self.side = side
        self.connections = connections
        self.switchboard = switchboard or Direct()
        self.scope = scope
        self.records = Records()
        self.dice = Dice(options.seed)
        self.log = ExchangeLog(enabled=options.verbose)
        self.voice = Voice(lambda: self.knobs.quirks)
        self.stamps = Stamps()
        self.client = httpx.AsyncClient(timeout=TIMEOUT_SECONDS, trust_env=False)
        self.peer = Peer(self.client, self.log, self.current_knobs)
        self.pushes = Pushes(self.peer, self.connections, self.current_knobs, self.dice)
        self.results = Results(self.pushes, self.current_knobs, self.voice)
        self.handshake = Handshake(side, self.connections, self.peer, self.current_knobs)
        self.surface = Surface(self.connections, self.current_knobs, self.dice, self.log, self.switchboard)
        self.operator = Operator(
            network=self.network,
            connections=self.connections,
            pushes=self.pushes,
            records=self.records,
            knobs=self.current_knobs,
            dice=self.dice,
            stamps=self.stamps,
            voice=self.voice,
            speaker=side.broadcaster,
        )

    def current_knobs(self) -> Knobs:
        return self.knobs

    def modules(self) -> list[Route]:
        """Everything that peers can call, besides the control desk."""
        knobs, surface, results = self.current_knobs, self.surface, self.results
        commands = Commands(
            network=self.network,
            records=self.records,
            operator=self.operator,
            results=results,
            knobs=knobs,
            switchboard=self.switchboard,
        )
        limit = self.options.page_limit
        return [
            *Registration(self.handshake, self.connections, knobs).routes(surface),
            *Publishing(self.side, self.network, self.records, self.voice, knobs, limit, self.scope).routes(surface),
            *Tokens(self.voice, knobs).routes(surface),
            *commands.routes(surface),
            *Profiles(self.records, self.operator, results, self.pushes, knobs).routes(surface),
        ]

    async def shut_down(self) -> None:
        await self.operator.shut_down()
        await self.client.aclose()


def operator_side(base_url: str, network: Network) -> Side:
    """One CPO role for every party of the network."""

    def roles(_: Version) -> list[Role]:
        return party_roles(network)

    return Side(base_url=base_url, roles=roles, modules=tuple(CPO_MODULES.items()), required=REQUIRED, peer_role="EMSP")


def party_roles(network: Network) -> list[Role]:
    """The parties of a network as they introduce themselves."""
    return [Role("CPO", party.country_code, party.party_id, {"name": party.name[:100]}) for party in network.parties]


def published_network(options: CpoOptions) -> Network:
    """The dump that was named, or the bundled network. Raises UnreadableDump."""
    network = Network()
    if options.locations is None:
        network.load(locations=bundled_objects("locations.json"), tariffs=bundled_objects("tariffs.json"))
        return network
    tariffs = read_objects(options.tariffs) if options.tariffs else []
    network.load(locations=read_objects(options.locations), tariffs=tariffs)
    return network
