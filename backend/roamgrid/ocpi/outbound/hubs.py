"""Hubs as we call them: who is behind one, and may be sent to (OCPI 2.2.1, HubClientInfo module, Sender interface)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from roamgrid.canonical.party import PartyId
from roamgrid.core.parties import clients
from roamgrid.core.parties.clients import HubClient
from roamgrid.core.received import ObjectKey
from roamgrid.ocpi import kinds
from roamgrid.ocpi.adapter import Adapter
from roamgrid.ocpi.connections.model import Connection
from roamgrid.ocpi.outbound.errors import PartyNotConnected
from roamgrid.ocpi.outbound.feed import StoredPage
from roamgrid.ocpi.values import ClientInfo
from roamgrid.ocpi.wire.common.deviations import Read, Refused
from roamgrid.tenancy.database import Work

MODULE = "hubclientinfo"

ReadClients = list[Read[ClientInfo] | tuple[bytes, Refused]]
"""A page as it was read; what cannot be read stays with the reason."""


@dataclass(frozen=True, slots=True)
class HubClientFeed:
    """The hub's list of everybody behind it. Nobody vanishes from it: who leaves gets another status."""

    module: str = MODULE
    date_required: bool = False
    vanishes: bool = False

    async def prepare(self, work: Work, connection: Connection, adapter: Adapter, page: Sequence[bytes]) -> ReadClients:
        """Nothing in a version that knows no such list, whatever the partner announces."""
        return [_read(adapter, raw) for raw in page] if adapter.speaks(kinds.CLIENT_INFO) else []

    async def store(self, work: Work, connection: Connection, adapter: Adapter, prepared: ReadClients) -> StoredPage:
        stored = StoredPage()
        for item in prepared:
            if isinstance(item, tuple):
                stored.refuse_unread(adapter, *item)
                continue
            told = await clients.put(work, connection.id, hub_client(item.value))
            stored.updated += told
            stored.unchanged += not told
            stored.note_time(item.value.last_updated)
            stored.deviations.extend(item.deviations)
        return stored

    async def finish(self, work: Work, connection: Connection, seen: Collection[ObjectKey]) -> int:
        """Hub clients do not go."""
        return 0


def hub_client(info: ClientInfo) -> HubClient:
    """As the core keeps it."""
    return HubClient(info.party, info.role, info.status, info.last_updated)


async def require_connected(work: Work, connection: Connection, party: PartyId) -> None:
    """Raises `PartyNotConnected` when the connection's hub says that it does not get through to the party.

    A hub that lists nobody, or that registered the party itself (2.3.0), is taken at its word.
    """
    if connection.hub is None or party == connection.hub:
        return
    told = await clients.of_party(work, connection.id, party)
    if any(client.status == clients.CONNECTED for client in told):
        return
    if told:
        raise PartyNotConnected(f"{party} behind hub {connection.name} is {told[0].status}")
    if not connection.speaks_for(party) and await clients.lists_anybody(work, connection.id):
        raise PartyNotConnected(f"{party} is not behind hub {connection.name}")


def _read(adapter: Adapter, raw: bytes) -> Read[ClientInfo] | tuple[bytes, Refused]:
    try:
        return adapter.read(kinds.CLIENT_INFO, raw)
    except Refused as problem:
        return raw, problem
