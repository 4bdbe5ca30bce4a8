"""One client a connection, each a bulkhead (D7): a partner that hangs uses up its own connections only."""

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import cache, partial

import httpx

from roamgrid.canonical.party import SourceId
from roamgrid.core.commands.errors import PartnerNotReached
from roamgrid.ocpi.connections.journal import CircuitChange, PartnerLog, Unheard
from roamgrid.ocpi.connections.model import Connection, ConnectionStatus
from roamgrid.ocpi.connections.traffic import Outcome, Way
from roamgrid.ocpi.dialects.dialect import Dialect, dialect
from roamgrid.ocpi.outbound.addresses import AddressRule
from roamgrid.ocpi.outbound.breaker import Transition
from roamgrid.ocpi.outbound.bulkhead import Bulkhead, Limits
from roamgrid.ocpi.outbound.client import PartnerClient
from roamgrid.ocpi.outbound.guarded import GuardedTransport
from roamgrid.ocpi.outbound.list_ways import ListWays
from roamgrid.ocpi.wire.common.authorization import write_authorization
from roamgrid.tenancy.context import TenantContext

ANY_ADDRESS = AddressRule(allow_private=True)
"""For counterparties on this machine."""
_SEND_S = 15.0
"""How long a part of our request may take to leave us."""


@dataclass(frozen=True, slots=True)
class _Room:
    http: httpx.AsyncClient
    bulkhead: Bulkhead


class PartnerClients:
    """The clients of a process. Belongs to one event loop; close it at the end.

    `rule`: which addresses are called at all. `partner_log` hears of every exchange and every breaker.
    """

    def __init__(self, rule: AddressRule, partner_log: PartnerLog | None = None) -> None:
        self._rule = rule
        self._log = partner_log or Unheard()
        self._rooms: dict[SourceId, _Room] = {}
        self._left: list[httpx.AsyncClient] = []

    def of(self, connection: Connection, ctx: TenantContext) -> PartnerClient:
        """A client with the connection's present token. Raises `PartnerUnavailable` while we have none."""
        if connection.their_token is None:
            raise PartnerNotReached(f"{connection.name}: the handshake is not complete")
        ways = dialect(connection.dialect, connection.version)
        room = self._room(connection, ctx, Limits.of(ways))
        note = partial(_note, self._log, ctx, connection.id)
        return PartnerClient(room.http, _authorization(connection, ways), room.bulkhead, note, ListWays.of(ways))

    def bulkhead(self, connection: SourceId) -> Bulkhead | None:
        """How much of its share a partner uses in this process; None before its first call."""
        room = self._rooms.get(connection)
        return room.bulkhead if room else None

    @asynccontextmanager
    async def open_peer(self, connection: Connection) -> AsyncIterator[PartnerClient]:
        """A client for one handshake: nothing of it is left afterwards, and no earlier failure keeps it from trying.

        Raises `PartnerUnavailable` when the connection holds no token of the partner.
        """
        if connection.their_token is None:
            raise PartnerNotReached(f"{connection.name}: there is no token to call with")
        ways = dialect(connection.dialect, connection.version)
        bulkhead = Bulkhead(connection.name, Limits.of(ways))
        async with _http(self._rule, bulkhead.limits) as http:
            yield PartnerClient(http, _authorization(connection, ways), bulkhead, _forget)

    @asynccontextmanager
    async def open_http(self, connection: Connection) -> AsyncIterator[httpx.AsyncClient]:
        """Bare HTTP under the same rule about addresses, for looking at a partner's answers as they are; nothing is counted."""
        async with _http(self._rule, Limits.of(dialect(connection.dialect, connection.version))) as http:
            yield http

    async def close(self) -> None:
        """Close every connection."""
        for http in (*self._left, *(room.http for room in self._rooms.values())):
            await http.aclose()
        self._rooms.clear()
        self._left.clear()

    def _room(self, connection: Connection, ctx: TenantContext, limits: Limits) -> _Room:
        """A connection whose limits have changed moves into a new one; calls under way end in the old one."""
        room = self._rooms.get(connection.id)
        if room is not None and room.bulkhead.limits == limits:
            return room
        if room is not None:
            self._left.append(room.http)
        tell = partial(_tell, self._log, ctx, connection.id)
        made = _Room(_http(self._rule, limits), Bulkhead(connection.name, limits, on_transition=tell))
        self._rooms[connection.id] = made
        return made


def require_traffic(connection: Connection) -> None:
    """Raises `PartnerUnavailable` unless data may flow: registered, neither paused nor ended."""
    if connection.status is not ConnectionStatus.REGISTERED:
        raise PartnerNotReached(f"{connection.name}: the connection is {connection.status}")


def _tell(partner_log: PartnerLog, ctx: TenantContext, connection: SourceId, change: Transition) -> None:
    retry_at = ctx.clock.now() + timedelta(seconds=change.retry_s) if change.open else None
    partner_log.circuit(ctx, connection, CircuitChange(change.open, change.failures, change.reason, retry_at))


def _note(partner_log: PartnerLog, ctx: TenantContext, connection: SourceId, outcome: Outcome, seconds: float) -> None:
    partner_log.note(ctx, connection, Way.OUTBOUND, outcome, seconds)


def _forget(outcome: Outcome, seconds: float) -> None:
    """A handshake is no traffic."""


def _authorization(connection: Connection, ways: Dialect) -> str:
    return write_authorization(connection.their_token or "", ways.token_encoding)


def _http(rule: AddressRule, limits: Limits) -> httpx.AsyncClient:
    pool = httpx.Limits(
        max_connections=limits.concurrency, max_keepalive_connections=max(1, limits.concurrency // 2), keepalive_expiry=30
    )
    timeout = httpx.Timeout(connect=limits.connect_s, read=limits.silence_s, write=_SEND_S, pool=limits.wait_s)
    return httpx.AsyncClient(transport=GuardedTransport(rule, _tls(), pool), timeout=timeout, follow_redirects=False)


@cache
def _tls() -> ssl.SSLContext:
    """Reading all certificate authorities takes longer than a call: once a process."""
    return httpx.create_ssl_context()
