"""Put the surface together from its collaborators."""

import re
from dataclasses import dataclass, field

from starlette.routing import Mount

from roamgrid.core.operator.authorizing import ForeignAuthorization
from roamgrid.core.operator.ports import OwnNetwork
from roamgrid.core.operator.silent import SilentNetwork
from roamgrid.core.tokens.reference import References
from roamgrid.core.tokens.tries import Tries
from roamgrid.kernel.clock import Clock
from roamgrid.ocpi.connections.journal import PartnerLog, Unheard
from roamgrid.ocpi.connections.model import Side
from roamgrid.ocpi.connections.store import Connections
from roamgrid.ocpi.handshake.answering import Answering
from roamgrid.ocpi.handshake.our_side import OurSide
from roamgrid.ocpi.handshake.peer import OpenPeer
from roamgrid.ocpi.inbound.authorize.endpoint import Authorize
from roamgrid.ocpi.inbound.authorize.reader import AuthorizeReader
from roamgrid.ocpi.inbound.bookings import Bookings
from roamgrid.ocpi.inbound.cdrs.endpoint import Cdrs
from roamgrid.ocpi.inbound.cdrs.intake import CdrIntake
from roamgrid.ocpi.inbound.commands import CommandResults
from roamgrid.ocpi.inbound.credentials import CredentialsEndpoint
from roamgrid.ocpi.inbound.gate import Gate
from roamgrid.ocpi.inbound.hubclientinfo import HubClientInfo
from roamgrid.ocpi.inbound.inbox import Inbox
from roamgrid.ocpi.inbound.invoices import InvoiceRecords
from roamgrid.ocpi.inbound.limits import Limits
from roamgrid.ocpi.inbound.locations.endpoint import Locations
from roamgrid.ocpi.inbound.manners import Manners, Unobserved
from roamgrid.ocpi.inbound.module import Module
from roamgrid.ocpi.inbound.mounted import Mounted
from roamgrid.ocpi.inbound.operator.back_end_asks import BackEndAsks
from roamgrid.ocpi.inbound.operator.commands import OwnCommands
from roamgrid.ocpi.inbound.operator.lists import own_lists
from roamgrid.ocpi.inbound.operator.preferences import OwnPreferences
from roamgrid.ocpi.inbound.operator.profiles import OwnProfiles
from roamgrid.ocpi.inbound.operator.tokens import PartnerTokens
from roamgrid.ocpi.inbound.payments import Payments
from roamgrid.ocpi.inbound.pipeline import Pipeline
from roamgrid.ocpi.inbound.profiles import ProfileResults
from roamgrid.ocpi.inbound.recent import RecentCallers
from roamgrid.ocpi.inbound.sessions.endpoint import Sessions
from roamgrid.ocpi.inbound.sessions.short_cut import SessionPush
from roamgrid.ocpi.inbound.surface import Surface
from roamgrid.ocpi.inbound.tariffs import Tariffs
from roamgrid.ocpi.inbound.tokens import Tokens
from roamgrid.ocpi.inbound.versions import VersionDocuments
from roamgrid.ocpi.publishing import Publisher
from roamgrid.tenancy.database import Database
from roamgrid.tenancy.directory import Directory


class HotPaths:
    """The connections that serve authorizations and session pushes; open them with the process, close them with it."""

    def __init__(self, database: Database) -> None:
        self.reader = AuthorizeReader(database.url, database.roles.authorize)
        self.pipeline = Pipeline(database.url)
        self.tries = Tries(database)

    async def open(self) -> None:
        """Raises `psycopg_pool.PoolTimeout`."""
        await self.reader.open()
        await self.pipeline.open()
        await self.tries.open()

    async def close(self) -> None:
        await self.tries.close()
        await self.reader.close()
        await self.pipeline.close()


@dataclass(frozen=True, slots=True)
class Inbound:
    """Everything that the surface needs. `base_url` is how partners reach us; `secret_key` the deployment's key."""

    database: Database
    directory: Directory
    connections: Connections
    open_peer: OpenPeer
    hot_paths: HotPaths
    clock: Clock
    base_url: str
    secret_key: bytes
    limits: Limits = field(default_factory=Limits)
    heard: PartnerLog = field(default_factory=Unheard)
    manners: Manners = field(default_factory=Unobserved)
    own_network: OwnNetwork = field(default_factory=SilentNetwork)
    foreign: ForeignAuthorization | None = None

    def surface(self) -> Surface:
        """The OCPI surface of all tenants."""
        recent = RecentCallers()
        inbox = Inbox(self.database)
        mounted = Mounted(self.modules(inbox, recent))
        gate = Gate(self.database, self.connections, recent)
        documents = VersionDocuments(self.base_url, mounted)
        return Surface(self.directory, gate, inbox, mounted, documents, self.limits, self.clock, self.heard, self.manners)

    def routes(self) -> list[Mount]:
        """For the application's router."""
        mount = Mount("/ocpi", app=self.surface())
        # An id may hold a line break, which Starlette's own pattern does not match.
        mount.path_regex = re.compile(r"^/ocpi/(?P<path>.*)$", re.DOTALL)
        return [mount]

    def intake(self) -> CdrIntake:
        """Also for the worker, which calls `replay` now and then."""
        return CdrIntake(self.database, self.connections, Inbox(self.database))

    def modules(self, inbox: Inbox, recent: RecentCallers) -> list[Module]:
        """All that is served, in whatever version and role."""
        database, base_url = self.database, self.base_url
        answering = Answering(database, self.connections, self.open_peer, OurSide(self.directory, base_url))
        elsewhere = BackEndAsks(database, self.connections, self.foreign).answer if self.foreign else None
        authorize = Authorize(
            database, self.hot_paths.reader, self.hot_paths.tries, References(self.secret_key), recent, elsewhere
        )
        return [
            CredentialsEndpoint(answering).module(),
            Locations(database).module(),
            Tariffs(database).module(),
            Sessions(database, SessionPush(self.hot_paths.pipeline, recent)).module(),
            Cdrs(database, inbox, self.intake(), base_url).module(),
            Tokens(database, authorize, base_url).module(),
            CommandResults(database).module(),
            ProfileResults(database).module(),
            OwnCommands(database, self.own_network).module(),
            OwnProfiles(database, self.own_network).module(),
            OwnPreferences(database, self.own_network).module(),
            Bookings(database).module(),
            Payments(database).module(),
            *(module for side in Side for module in InvoiceRecords(database, base_url, side).modules()),
            *own_lists(database, Publisher(self.connections), base_url),
            PartnerTokens(database).module(),
            HubClientInfo(database).module(),
        ]
