"""Partners that called a moment ago, so that a hot path need not read their connection again.

Nothing here lets anybody in: whoever uses an entry proves within its own transaction that the token is still the current one.
"""

from dataclasses import dataclass
from time import monotonic

from roamgrid.kernel.crypto import digest
from roamgrid.ocpi.adapter import Adapter
from roamgrid.ocpi.connections.model import Connection, ConnectionStatus
from roamgrid.ocpi.inbound.request import Call, Request
from roamgrid.ocpi.inbound.routing import routing_headers

_KEPT_S = 30
_MOST = 10_000


@dataclass(frozen=True, slots=True)
class Known:
    """A caller as it was when it last took the long way."""

    connection: Connection
    adapter: Adapter
    token_digest: str
    read_at: float  # rule-ok: seconds of a monotonic clock, not money


_Key = tuple[str, str, bytes, tuple[bytes, ...]]


class RecentCallers:
    """By tenant, version, Authorization header and routing headers, per process: a hit means that just these headers were
    checked a moment ago."""

    def __init__(self) -> None:
        self._known: dict[_Key, Known] = {}

    def remember(self, call: Call) -> None:
        """Only a caller with nothing special about it: registered, with its newest token and no older one beside, in its own
        version."""
        caller = call.caller
        if caller.connection.status is not ConnectionStatus.REGISTERED or not caller.current or caller.in_grace:
            return
        if call.adapter.version != caller.connection.version:
            return
        if len(self._known) >= _MOST:
            self._known.clear()
        self._known[_key(call.request)] = Known(caller.connection, call.adapter, digest(caller.token), monotonic())

    def find(self, request: Request) -> Known | None:
        """A caller seen less than half a minute ago."""
        known = self._known.get(_key(request))
        return known if known is not None and monotonic() - known.read_at < _KEPT_S else None

    def forget(self, request: Request) -> None:
        """The entry proved stale."""
        self._known.pop(_key(request), None)


def _key(request: Request) -> _Key:
    headers = request.headers
    return request.tenant.slug, request.version, headers.get(b"authorization", b""), routing_headers(headers)
