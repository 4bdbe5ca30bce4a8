"""Open a registered connection for a conformance run."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from roamgrid.canonical.party import PartyId
from roamgrid.ocpi.adapter import adapter_for
from roamgrid.ocpi.conformance.probe import Probe
from roamgrid.ocpi.conformance.subject import Subject
from roamgrid.ocpi.connections.model import Connection
from roamgrid.ocpi.dialects.suggest import Counted, Observed, read_deviations
from roamgrid.ocpi.handshake.addresses import details_url
from roamgrid.ocpi.outbound.clients import PartnerClients, require_traffic
from roamgrid.ocpi.outbound.routing import route_to
from roamgrid.tenancy.context import TenantContext
from roamgrid.tenancy.database import Work

_COUNTED = "select module, code, field, example, count from ocpi_deviation where connection = %(connection)s"


@asynccontextmanager
async def opened(
    clients: PartnerClients,
    ctx: TenantContext,
    connection: Connection,
    our_party: PartyId,
    base_url: str,
) -> AsyncIterator[Subject]:
    """Raises `PartnerUnavailable` for a connection that is not registered."""
    require_traffic(connection)
    adapter = adapter_for(connection.version, connection.dialect)
    route = route_to(connection, our_party)
    async with clients.open_http(connection) as http:
        probe = Probe(http, connection.their_token or "", adapter.dialect.token_encoding, route.headers() if route else {})
        base = details_url(base_url, ctx.tenant, connection.version)
        addressed = route or (route_to(connection, our_party, connection.roles[0].id) if connection.roles else None)
        yield Subject(connection, adapter, probe, our_party, base, addressed.headers() if addressed else {})


async def seen_in_traffic(work: Work, connection: Connection) -> list[Observed]:
    """What the deviations that were counted on the connection tell."""
    rows = await (await work.conn.execute(_COUNTED, {"connection": connection.id})).fetchall()
    return read_deviations(Counted(**row) for row in rows)
