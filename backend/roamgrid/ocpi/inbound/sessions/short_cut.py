"""Session PUT in one round trip: authentication, session and event in one implicit transaction (D16).

The partner and its adapter are remembered from its last call on the long way; the pipeline proves, before it writes, that the
token is still the partner's current one. A pipeline without BEGIN is one implicit transaction: it commits as a whole at its
end, and any error undoes all of it (PostgreSQL, Pipeline Mode).
"""

from psycopg import DataError, OperationalError
from psycopg.errors import DivisionByZero
from psycopg_pool import PoolTimeout

from roamgrid.canonical.party import PartyId
from roamgrid.canonical.session import Session
from roamgrid.core.sessions import repository as sql
from roamgrid.core.sessions.service import put_params
from roamgrid.ocpi import kinds
from roamgrid.ocpi.connections import deviations
from roamgrid.ocpi.inbound.answer import Answer, ok
from roamgrid.ocpi.inbound.pipeline import Pipeline
from roamgrid.ocpi.inbound.recent import Known, RecentCallers
from roamgrid.ocpi.inbound.request import Request
from roamgrid.ocpi.wire.common.deviations import Read, Refused
from roamgrid.tenancy.database import BIND

NAME = "sessions"

# No such connection any more, or another token: the division fails and takes the whole pipeline with it.
_STILL_CURRENT = """
select 1 / count(*) as current from ocpi_connection
 where id = %s and our_token_digest = %s and status = 'registered' and previous_token_digest is null"""


class SessionPush:
    """Takes pushes that are as usual; whatever is odd takes the long way, which says what is wrong."""

    def __init__(self, pipeline: Pipeline, recent: RecentCallers) -> None:
        self._pipeline = pipeline
        self._recent = recent

    async def short_cut(self, request: Request) -> Answer | None:
        """None: nothing was changed, take the long way."""
        known = self._recent.find(request)
        if known is None:
            return None
        owner = PartyId.of(request.rest[0], request.rest[1])
        try:
            read = known.adapter.read(kinds.SESSION, request.body)
        except Refused:
            return None
        session = read.value
        usual = known.connection.speaks_for(owner) and session.party == owner and session.id == request.rest[2]
        return ok() if usual and await self._store(request, known, read) else None

    async def _store(self, request: Request, known: Known, read: Read[Session]) -> bool:
        """False: nothing is stored, or the connection broke and nobody knows; doing it again is harmless."""
        binding = request.tenant.binding
        try:
            await self._pipeline.run(
                (BIND, (binding.schema, binding.role, binding.slug)),
                (_STILL_CURRENT, (known.connection.id, known.token_digest)),
                (sql.PUT, put_params(binding.slug, known.connection.id, read.value, request.body)),
                *deviations.statements(known.connection.id, NAME, read.deviations),
            )
        except (DivisionByZero, OperationalError, PoolTimeout):
            self._recent.forget(request)
            return False
        except DataError:
            return False
        return True
