"""Put the surface together from its collaborators."""

from dataclasses import dataclass

from starlette.routing import Mount

from roamgrid.kernel.clock import Clock
from roamgrid.ocpi.connections.store import Connections
from roamgrid.ocpi.handshake.answering import Answering
from roamgrid.ocpi.handshake.our_side import OurSide
from roamgrid.ocpi.handshake.peer import OpenPeer
from roamgrid.ocpi.inbound.authorize.endpoint import Authorize
from roamgrid.ocpi.inbound.authorize.reader import AuthorizeReader
from roamgrid.ocpi.inbound.authorize.reference import References
from roamgrid.ocpi.inbound.cdrs.endpoint import Cdrs
from roamgrid.ocpi.inbound.cdrs.intake import CdrIntake
from roamgrid.ocpi.inbound.commands import CommandResults
from roamgrid.ocpi.inbound.credentials import CredentialsEndpoint
from roamgrid.ocpi.inbound.gate import Gate
from roamgrid.ocpi.inbound.inbox import Inbox
from roamgrid.ocpi.inbound.locations.endpoint import Locations
from roamgrid.ocpi.inbound.module import Module
from roamgrid.ocpi.inbound.pipeline import Pipeline
from roamgrid.ocpi.inbound.recent import RecentCallers
from roamgrid.ocpi.inbound.sessions.endpoint import Sessions
from roamgrid.ocpi.inbound.sessions.short_cut import SessionPush
from roamgrid.ocpi.inbound.surface import Surface
from roamgrid.ocpi.inbound.tariffs import Tariffs
from roamgrid.ocpi.inbound.tokens import Tokens
from roamgrid.ocpi.inbound.versions import VersionDocuments
from roamgrid.tenancy.database import Database
from roamgrid.tenancy.directory import Directory


class HotPaths:
    """The connections that serve authorizations and session pushes; open them with the process, close them with it."""

    def __init__(self, database: Database) -> None:
        self.reader = AuthorizeReader(database.url, database.roles.authorize)
        self.pipeline = Pipeline(database.url)

    async def open(self) -> None:
        """Raises `psycopg_pool.PoolTimeout`."""
        await self.reader.open()
        await self.pipeline.open()

    async def close(self) -> None:
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

    def surface(self) -> Surface:
        """The OCPI surface of all tenants."""
        recent = RecentCallers()
        inbox = Inbox(self.database)
        modules = self._modules(inbox, recent)
        gate = Gate(self.database, self.connections, recent)
        return Surface(self.directory, gate, inbox, modules, VersionDocuments(self.base_url, modules), self.clock)

    def routes(self) -> list[Mount]:
        """For the application's router."""
        return [Mount("/ocpi", app=self.surface())]

    def intake(self) -> CdrIntake:
        """Also for the worker, which calls `replay` now and then."""
        return CdrIntake(self.database, self.connections, Inbox(self.database))

    def _modules(self, inbox: Inbox, recent: RecentCallers) -> list[Module]:
        database, base_url = self.database, self.base_url
        answering = Answering(database, self.connections, self.open_peer, OurSide(self.directory, base_url))
        authorize = Authorize(database, self.hot_paths.reader, References(self.secret_key))
        return [
            CredentialsEndpoint(answering).module(),
            Locations(database).module(),
            Tariffs(database).module(),
            Sessions(database, SessionPush(self.hot_paths.pipeline, recent)).module(),
            Cdrs(database, inbox, self.intake(), base_url).module(),
            Tokens(database, authorize, base_url).module(),
            CommandResults(database).module(),
        ]
