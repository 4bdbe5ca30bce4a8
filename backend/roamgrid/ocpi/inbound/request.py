"""A request as the surface hands it to a module."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

from roamgrid.canonical.party import PartyId
from roamgrid.kernel.clock import Clock
from roamgrid.kernel.ids import new_id
from roamgrid.ocpi.adapter import Adapter
from roamgrid.ocpi.connections.model import Connection
from roamgrid.ocpi.connections.presented import presented_tokens
from roamgrid.ocpi.connections.store import Caller
from roamgrid.ocpi.inbound.body import check_json
from roamgrid.ocpi.inbound.errors import not_found
from roamgrid.tenancy.context import TenantContext
from roamgrid.tenancy.directory import Tenant

_LONGEST_ID = 128


@dataclass(frozen=True, slots=True)
class Request:
    """Not authenticated yet. `rest` are the path's segments below the module's endpoint, percent-decoded; `version` is the one
    that the path names, empty where it names none."""

    tenant: Tenant
    method: str
    path: str
    rest: tuple[str, ...]
    query_string: bytes
    headers: Mapping[bytes, bytes]
    body: bytes
    clock: Clock
    version: str = ""

    def header(self, name: bytes) -> str | None:
        """A header by its lower-case name."""
        value = self.headers.get(name)
        return None if value is None else value.decode("latin-1")

    @property
    def query(self) -> dict[str, str]:
        """Query parameters; of a repeated one the last counts."""
        return dict(parse_qsl(self.query_string.decode("latin-1"), keep_blank_values=True))

    @property
    def tokens(self) -> tuple[str, ...]:
        """What the Authorization header may stand for."""
        return presented_tokens(self.header(b"authorization"))

    @property
    def request_id(self) -> str | None:
        return self.header(b"x-request-id")

    def context(self, actor: str) -> TenantContext:
        """Acting for the tenant; the partner's correlation id goes on where there is one."""
        correlation = (self.header(b"x-correlation-id") or str(new_id()))[:_LONGEST_ID]
        return TenantContext(self.tenant.binding, actor, self.clock, correlation)


@dataclass(frozen=True, slots=True)
class Call:
    """An authenticated request: who calls, and the adapter of the version in which it calls (the one that the handshake chose;
    while a partner is moved, the one it comes from or goes to)."""

    request: Request
    ctx: TenantContext
    caller: Caller
    adapter: Adapter

    @property
    def connection(self) -> Connection:
        return self.caller.connection

    @property
    def body(self) -> bytes:
        return self.request.body

    @property
    def rest(self) -> tuple[str, ...]:
        return self.request.rest

    def owner(self) -> PartyId:
        """The party in the path. It must be one of the caller's, or behind a hub that calls; else HTTP 404 (OCPI 2.2.1, Client
        owned object push)."""
        party = PartyId.of(self.rest[0], self.rest[1])
        if not self.connection.may_own(party) or not is_party(party):
            raise not_found(f"party {party}: it is not one of your roles")
        return party

    def json(self) -> bytes:
        """The body, known to be JSON. Raises `JsonError`, `RecursionError` or `UnicodeDecodeError`: HTTP 400."""
        check_json(self.body)
        return self.body


def is_party(party: PartyId) -> bool:
    """Two and three printable characters: a hub must not make us remember anything else."""
    code = party.country_code + party.party_id
    return len(party.country_code) == 2 and len(party.party_id) == 3 and code.isascii() and code.isprintable()
