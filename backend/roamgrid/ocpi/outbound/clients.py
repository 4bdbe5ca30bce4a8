"""One client a connection, each a bulkhead (D7): a partner that hangs uses up its own connections only."""

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache

import httpx

from roamgrid.canonical.party import SourceId
from roamgrid.core.commands.errors import PartnerUnavailable
from roamgrid.ocpi.connections.model import Connection, ConnectionStatus
from roamgrid.ocpi.dialects.dialect import dialect
from roamgrid.ocpi.outbound.breaker import Breaker
from roamgrid.ocpi.outbound.client import PartnerClient
from roamgrid.ocpi.wire.common.authorization import write_authorization

_LIMITS = httpx.Limits(max_connections=8, max_keepalive_connections=4, keepalive_expiry=30)
_TIMEOUT = httpx.Timeout(connect=5, read=30, write=15, pool=10)
"""Seconds; `read` is the longest silence, not the longest answer."""


@dataclass(frozen=True, slots=True)
class _Bulkhead:
    http: httpx.AsyncClient
    breaker: Breaker


class PartnerClients:
    """The clients of a process. Belongs to one event loop; close it at the end."""

    def __init__(self) -> None:
        self._bulkheads: dict[SourceId, _Bulkhead] = {}

    def of(self, connection: Connection) -> PartnerClient:
        """A client with the connection's present token. Raises `PartnerUnavailable` while we have none."""
        if connection.their_token is None:
            raise PartnerUnavailable(f"{connection.name}: the handshake is not complete")
        if connection.id not in self._bulkheads:
            self._bulkheads[connection.id] = _Bulkhead(_http(), Breaker(connection.name))
        bulkhead = self._bulkheads[connection.id]
        return PartnerClient(bulkhead.http, _authorization(connection), connection.name, bulkhead.breaker)

    async def close(self) -> None:
        """Close every connection."""
        for bulkhead in self._bulkheads.values():
            await bulkhead.http.aclose()
        self._bulkheads.clear()


@asynccontextmanager
async def open_peer(connection: Connection) -> AsyncIterator[PartnerClient]:
    """A client for one handshake: nothing of it is left afterwards, and no earlier failure keeps it from trying.

    Raises `PartnerUnavailable` when the connection holds no token of the partner.
    """
    if connection.their_token is None:
        raise PartnerUnavailable(f"{connection.name}: there is no token to call with")
    async with _http() as http:
        yield PartnerClient(http, _authorization(connection), connection.name, Breaker(connection.name))


def require_traffic(connection: Connection) -> None:
    """Raises `PartnerUnavailable` unless data may flow: registered, neither paused nor ended."""
    if connection.status is not ConnectionStatus.REGISTERED:
        raise PartnerUnavailable(f"{connection.name}: the connection is {connection.status}")


def _authorization(connection: Connection) -> str:
    return write_authorization(connection.their_token or "", dialect(connection.dialect, connection.version).token_encoding)


def _http() -> httpx.AsyncClient:
    return httpx.AsyncClient(limits=_LIMITS, timeout=_TIMEOUT, verify=_tls(), follow_redirects=False)


@cache
def _tls() -> ssl.SSLContext:
    """Reading all certificate authorities takes longer than a call: once a process."""
    return httpx.create_ssl_context()
