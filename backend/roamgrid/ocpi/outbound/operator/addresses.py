"""Where a partner keeps our objects, and who is told at all."""

from urllib.parse import quote

from roamgrid.canonical.party import PartyId
from roamgrid.ocpi.connections.model import Connection, ConnectionStatus, InterfaceRole, Side
from roamgrid.ocpi.connections.store import Connections
from roamgrid.ocpi.dialects.dialect import dialect
from roamgrid.ocpi.wire.common.links import join
from roamgrid.tenancy.database import Work

_LIVING = (ConnectionStatus.REGISTERED, ConnectionStatus.SUSPENDED)
"""Who is paused is told when it goes on."""


def takes(connection: Connection, module: str) -> bool:
    """Whether a partner, to whom we are an operator, is pushed what the module is about."""
    faced = connection.status in _LIVING and connection.as_role.faces(Side.CPO)
    return faced and connection.endpoint(module, InterfaceRole.RECEIVER) is not None


async def faced_as_operator(connections: Connections, work: Work) -> list[Connection]:
    """The partners whose drivers charge at our stations."""
    known = await connections.all(work)
    return [one for one in known if one.status in _LIVING and one.as_role.faces(Side.CPO)]


def owned_url(connection: Connection, module: str, owner: PartyId, object_id: str) -> str | None:
    """The address of an object of ours at a partner (OCPI 2.2.1, Client owned object push); None: it takes none."""
    endpoint = connection.endpoint(module, InterfaceRole.RECEIVER)
    if endpoint is None:
        return None
    segments = (quote(part, safe="") for part in (owner.country_code, owner.party_id, object_id))
    return join(endpoint, *segments, trailing_slash=dialect(connection.dialect, connection.version).trailing_slash)
