"""Session PUT in one round trip: authentication, session and event in one implicit transaction (D16).

The partner and its adapter are remembered from its last call on the long way; the pipeline proves, before it writes, that the
token is still the partner's current one. A pipeline without BEGIN is one implicit transaction: it commits as a whole at its
end, and any error undoes all of it (PostgreSQL, Pipeline Mode).
"""

from psycopg import DataError, OperationalError
from psycopg.errors import NotNullViolation
from psycopg_pool import PoolTimeout

from roamgrid.canonical.party import PartyId
from roamgrid.canonical.session import Session
from roamgrid.core.parties import service as parties
from roamgrid.core.sessions import repository as sql
from roamgrid.core.sessions.service import put_params
from roamgrid.ocpi import kinds
from roamgrid.ocpi.connections import deviations
from roamgrid.ocpi.connections.model import Side
from roamgrid.ocpi.inbound.answer import Answer, ok
from roamgrid.ocpi.inbound.owners import behind
from roamgrid.ocpi.inbound.pipeline import Pipeline, Statement
from roamgrid.ocpi.inbound.recent import Known, RecentCallers
from roamgrid.ocpi.inbound.request import Request, is_party
from roamgrid.ocpi.received import told
from roamgrid.ocpi.wire.common.deviations import Read, Refused
from roamgrid.tenancy.database import BIND

NAME = "sessions"

# No such connection any more, another token or another version: the session has no source, and the whole pipeline is undone.
_PUT = f"""{sql.PUT_HEAD}(
    select id from ocpi_connection
     where id = %(source)s and our_token_digest = %(digest)s and version = %(version)s and status = 'registered'
       and previous_token_digest is null){sql.PUT_TAIL}"""


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
            read = known.adapter.read(kinds.SESSION, request.body, owner)
        except Refused:
            return None
        session = read.value
        usual = known.connection.as_role.faces(Side.EMSP) and known.connection.may_own(owner) and is_party(owner)
        same = session.party == owner and session.id == request.rest[2]
        return ok() if usual and same and await self._store(request, known, read) else None

    async def _store(self, request: Request, known: Known, read: Read[Session]) -> bool:
        """False: nothing is stored, or the connection broke and nobody knows; doing it again is harmless."""
        binding = request.tenant.binding
        session = put_params(binding.slug, known.connection.id, read.value, request.body, told(known.adapter, read))
        try:
            await self._pipeline.run(
                (BIND, (binding.schema, binding.role, binding.slug)),
                (_PUT, session | {"digest": known.token_digest}),
                *self._behind_a_hub(known, read.value.party),
                *deviations.statements(known.connection.id, NAME, read.deviations),
            )
        except (NotNullViolation, OperationalError, PoolTimeout):
            self._recent.forget(request)
            return False
        except DataError:
            return False
        return True

    @staticmethod
    def _behind_a_hub(known: Known, owner: PartyId) -> list[Statement]:
        """Remembers an operator that the partner did not register."""
        if known.connection.speaks_for(owner):
            return []
        return [(parties.NOTICE, parties.params_of(known.connection.id, behind(owner)))]
