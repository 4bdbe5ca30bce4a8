"""Who is being asked, and how: one connection with its adapter, and the lists that several checks look at."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from roamgrid.canonical.party import PartyId
from roamgrid.ocpi import kinds
from roamgrid.ocpi.adapter import Adapter
from roamgrid.ocpi.conformance.probe import Probe, Seen
from roamgrid.ocpi.connections.model import Connection, InterfaceRole, Side
from roamgrid.ocpi.mapping.instants import NEVER
from roamgrid.ocpi.outbound.list_ways import ListWays
from roamgrid.ocpi.speech import ObjectKind
from roamgrid.ocpi.wire.common.links import join

SAMPLE = 50
"""Objects of each list that are looked at closely."""
KINDS: dict[str, ObjectKind[Any]] = {
    "locations": kinds.LOCATION,
    "tariffs": kinds.TARIFF,
    "sessions": kinds.SESSION,
    "cdrs": kinds.CDR,
    "tokens": kinds.TOKEN,
}
_DATED = frozenset({"sessions"})
"""Lists that cannot be asked for without `date_from`."""


@dataclass(slots=True)
class Subject:
    """`our_party` signs what we send; below `response_base` results of commands reach us; `addressed`: routing headers to one
    of their parties, empty where the version or the dialect has none.
    """

    connection: Connection
    adapter: Adapter
    probe: Probe
    our_party: PartyId
    response_base: str
    addressed: Mapping[str, str]
    _samples: dict[str, Seen] = field(default_factory=dict)

    @property
    def version(self) -> str:
        return self.adapter.version

    @property
    def ways(self) -> ListWays:
        return ListWays.of(self.adapter.dialect)

    def faces(self, side: Side) -> bool:
        """Whether the counterparty is that to us."""
        return self.connection.as_role.faces(side.other)

    def endpoint(self, module: str, role: InterfaceRole) -> str | None:
        """As it is listed in their version details."""
        return self.connection.endpoint(module, role)

    def list_address(self, module: str) -> str | None:
        """Where their list is, spelled as the dialect says."""
        url = self.endpoint(module, InterfaceRole.SENDER)
        return self.ways.address(url) if url else None

    def below(self, endpoint: str, *segments: str) -> str:
        """An address below an endpoint, spelled as the dialect says."""
        return join(endpoint, *segments, trailing_slash=self.adapter.dialect.trailing_slash)

    def required(self, module: str) -> dict[str, str]:
        """What a list of that module cannot be asked for without."""
        return {"date_from": self.ways.moment(NEVER)} if module in _DATED else {}

    async def page(self, module: str, **query: str) -> Seen:
        """Their list with these parameters. Raises `PartnerUnavailable`."""
        address = self.list_address(module)
        if address is None:
            raise LookupError(module)
        return await self.probe.get(address, {**self.required(module), **query})

    async def sample(self, module: str) -> Seen:
        """The first page, asked for once. Raises `PartnerUnavailable`."""
        if module not in self._samples:
            self._samples[module] = await self.page(module, limit=str(SAMPLE))
        return self._samples[module]

    async def objects(self, module: str) -> list[bytes]:
        """The sample's objects verbatim; empty where the module is not offered or its list is none."""
        if self.list_address(module) is None:
            return []
        return ((await self.sample(module)).objects() or [])[:SAMPLE]
