"""One running provider: everything it owns, wired once."""

import httpx
from starlette.routing import Route

from roamgrid.sandbox.emsp.commands import CommandResults
from roamgrid.sandbox.emsp.inbox import Inbox
from roamgrid.sandbox.emsp.options import EmspKnobs, EmspOptions
from roamgrid.sandbox.emsp.store import Store
from roamgrid.sandbox.emsp.tokens import TokenSender
from roamgrid.sandbox.emsp.wallet import Wallet
from roamgrid.sandbox.faults import Dice
from roamgrid.sandbox.ocpi.connections import Connections
from roamgrid.sandbox.ocpi.exchange_log import ExchangeLog
from roamgrid.sandbox.ocpi.handshake import Handshake
from roamgrid.sandbox.ocpi.peer import TIMEOUT_SECONDS, Peer
from roamgrid.sandbox.ocpi.pushes import Pushes
from roamgrid.sandbox.ocpi.registration import Registration
from roamgrid.sandbox.ocpi.shapes.shape import CPO_MODULES, Role, Version, other_role
from roamgrid.sandbox.ocpi.side import Side
from roamgrid.sandbox.ocpi.surface import Surface
from roamgrid.sandbox.ocpi.switchboard import Direct
from roamgrid.sandbox.ocpi.voice import Voice

_REQUIRED = (("locations", "SENDER"),)


class Process:
    """The parts of a provider. `knobs` is replaced as a whole when somebody turns one."""

    def __init__(self, options: EmspOptions) -> None:
        self.options = options
        self.knobs = options.knobs
        self.side = provider_side(options)
        self.connections = Connections()
        self.store = Store()
        self.wallet = Wallet(options)
        self.results = CommandResults()
        self.voice = Voice(lambda: self.knobs.quirks)
        self.log = ExchangeLog(enabled=options.verbose)
        self.dice = Dice(options.seed)
        self.client = httpx.AsyncClient(timeout=TIMEOUT_SECONDS, trust_env=False)
        self.peer = Peer(self.client, self.log, self.current_knobs)
        self.pushes = Pushes(self.peer, self.connections, self.current_knobs, self.dice)
        self.handshake = Handshake(self.side, self.connections, self.peer, self.current_knobs)
        self.tokens = TokenSender(self.side, self.wallet, self.voice, self.current_knobs, options.page_limit)

    def current_knobs(self) -> EmspKnobs:
        return self.knobs

    def modules(self) -> list[Route]:
        """Everything that peers can call, besides the control desk."""
        surface = Surface(self.connections, self.current_knobs, self.dice, self.log, Direct())
        return [
            *Registration(self.handshake, self.connections, self.current_knobs).routes(surface),
            *Inbox(self.side, self.store, self.current_knobs).routes(surface),
            *self.tokens.routes(surface),
            *self.results.routes(surface),
        ]

    async def shut_down(self) -> None:
        await self.client.aclose()


def provider_side(options: EmspOptions) -> Side:
    """One EMSP role; every module in the role that an operator leaves to the provider."""

    def roles(_: Version) -> list[Role]:
        return [Role("EMSP", *options.party, {"name": options.name})]

    modules = tuple((module, other_role(role)) for module, role in CPO_MODULES.items())
    return Side(base_url=options.base_url, roles=roles, modules=modules, required=_REQUIRED, peer_role="CPO")
