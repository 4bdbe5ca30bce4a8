"""How a partner calls us, apart from what it says: counted as deviations, and nothing is refused for it.

Each habit is written once an hour for each connection and process, so that a busy partner costs no statement a request.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

from roamgrid.canonical.party import SourceId
from roamgrid.ocpi.connections import deviations
from roamgrid.ocpi.dialects.dialect import Dialect
from roamgrid.ocpi.inbound.module import Module
from roamgrid.ocpi.inbound.request import Call
from roamgrid.ocpi.wire.common.authorization import TokenEncoding, write_authorization
from roamgrid.ocpi.wire.common.deviations import Code, Deviation
from roamgrid.tenancy.database import Database

_AGAIN_AFTER_S = 3600.0
_MOST = 10_000
_CDRS, _OWNER_PATH = "cdrs", 2


class Manners(Protocol):
    """Who looks at how calls are made."""

    async def look(self, call: Call, module: Module) -> None:
        """Before the call is answered."""
        ...


class Unobserved:
    """Does not care: for measurements and for tests of other things."""

    async def look(self, call: Call, module: Module) -> None:
        """Nothing."""


@dataclass(frozen=True, slots=True)
class CountedManners:
    """Counts them on the connection. Belongs to one process."""

    database: Database
    _noted: dict[tuple[SourceId, Code, str], float] = field(default_factory=dict)

    async def look(self, call: Call, module: Module) -> None:
        """Count what is new about this call."""
        new = [one for one in _habits(call, module) if self._is_new(call.connection.id, one)]
        if new:
            async with self.database.work(call.ctx) as work:
                await deviations.record(work, call.connection.id, module.identifier, new)

    def _is_new(self, connection: SourceId, one: Deviation) -> bool:
        key, now = (connection, one.code, one.field), time.monotonic()
        last = self._noted.get(key)
        if last is not None and now - last < _AGAIN_AFTER_S:
            return False
        if len(self._noted) >= _MOST:
            self._noted.clear()
        self._noted[key] = now
        return True


def _habits(call: Call, module: Module) -> Iterator[Deviation]:
    request, ways = call.request, call.adapter.dialect
    presented = request.header(b"authorization") or ""
    if presented and presented not in _specified(call.caller.token, ways):
        yield Deviation(Code.TOKEN_FORM, "authorization", "")
    if not module.routed or not ways.interface_roles:
        return
    for name in ("x-request-id", "x-correlation-id"):
        if not request.header(name.encode()):
            yield Deviation(Code.REQUEST_ID_MISSING, name, "")
    for name in ("ocpi-from-party-id", "ocpi-to-party-id"):
        if not request.header(name.encode()):
            yield Deviation(Code.ROUTING_MISSING, name, "")
    if module.identifier == _CDRS and request.method == "POST" and len(request.rest) == _OWNER_PATH:
        yield Deviation(Code.OWNER_PATH, "/", request.path)


def _specified(token: str, ways: Dialect) -> tuple[str, ...]:
    """2.1.1 has no roles and no Base64; what else a dialect says of tokens is about ours."""
    encoding = TokenEncoding.BASE64 if ways.interface_roles else TokenEncoding.PLAIN
    return (write_authorization(token, encoding),)
