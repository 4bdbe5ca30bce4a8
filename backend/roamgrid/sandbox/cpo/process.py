"""One running operator: everything it owns, wired once."""

import httpx

from roamgrid.sandbox.cpo.connections import Connections
from roamgrid.sandbox.cpo.dump import bundled_objects, read_objects
from roamgrid.sandbox.cpo.handshake import Handshake
from roamgrid.sandbox.cpo.instants import Stamps
from roamgrid.sandbox.cpo.network import Network
from roamgrid.sandbox.cpo.operator import Operator
from roamgrid.sandbox.cpo.options import CpoOptions, Knobs
from roamgrid.sandbox.cpo.peer import TIMEOUT_SECONDS, Peer
from roamgrid.sandbox.cpo.pushes import Pushes
from roamgrid.sandbox.cpo.records import Records
from roamgrid.sandbox.cpo.surface import ExchangeLog
from roamgrid.sandbox.faults import Dice


class Process:
    """The parts of an operator. `knobs` is replaced as a whole when somebody turns one."""

    def __init__(self, options: CpoOptions) -> None:
        self.options = options
        self.knobs = options.knobs
        self.network = published_network(options)
        self.connections = Connections()
        self.records = Records()
        self.dice = Dice(options.seed)
        self.log = ExchangeLog(enabled=options.verbose)
        self.client = httpx.AsyncClient(timeout=TIMEOUT_SECONDS, trust_env=False)
        self.peer = Peer(self.client, self.log)
        self.pushes = Pushes(self.peer, self.connections, self.current_knobs, self.dice)
        self.handshake = Handshake(options.base_url, self.network, self.connections, self.peer)
        self.operator = Operator(
            network=self.network,
            connections=self.connections,
            pushes=self.pushes,
            records=self.records,
            knobs=self.current_knobs,
            dice=self.dice,
            stamps=Stamps(),
        )

    def current_knobs(self) -> Knobs:
        return self.knobs

    async def shut_down(self) -> None:
        await self.operator.shut_down()
        await self.client.aclose()


def published_network(options: CpoOptions) -> Network:
    """The dump that was named, or the bundled network. Raises UnreadableDump."""
    network = Network()
    if options.locations is None:
        network.load(locations=bundled_objects("locations.json"), tariffs=bundled_objects("tariffs.json"))
        return network
    tariffs = read_objects(options.tariffs) if options.tariffs else []
    network.load(locations=read_objects(options.locations), tariffs=tariffs)
    return network
