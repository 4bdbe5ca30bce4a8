"""Whose charge was it, and under which permission.

The operator should return our reference. When it does not, its session leads to the grant, then token, charging point and
time do. A card that was tapped needs no grant, but a session that we saw: its token leads to the driver.
"""

from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from roamgrid.canonical.token import TokenRef, TokenType
from roamgrid.core.cdrs.models import CdrRow
from roamgrid.core.sessions import grants
from roamgrid.core.sessions import service as sessions
from roamgrid.core.sessions.models import Grant, SessionRow
from roamgrid.core.tokens import service as tokens
from roamgrid.settlement.settle.errors import NotBillable
from roamgrid.settlement.settle.models import Reason, State
from roamgrid.tenancy.database import Work

_TRACE_GRANT = (Path(__file__).parent / "trace.sql").read_text()
_TRACE_SESSION = """
select id from session
 where source_id = %(source)s and lower(token_uid) = lower(%(token)s) and evse_uid = %(evse)s
   and started_at between %(started)s - interval '5 minutes' and %(started)s + interval '5 minutes'
 order by started_at desc limit 1"""


@dataclass(frozen=True, slots=True)
class Attribution:
    """The driver, and the grant if there was one. `charge_key` is the same for every CDR that tells of this charge."""

    driver_id: UUID | None
    grant: Grant | None
    charge_key: str

    @property
    def reference(self) -> str | None:
        """Our reference of the charge."""
        return self.grant.reference if self.grant else None


async def attribute(work: Work, row: CdrRow) -> Attribution:
    """Find the driver behind a CDR. Raises `NotBillable` with the reason why there is none."""
    session = await _session(work, row)
    grant = await _grant(work, row, session)
    if grant is not None:
        if grant.token_uid.casefold() != row.cdr.token.uid.casefold():
            text = f"the charge was granted to another token than {row.cdr.token.uid}"
            raise NotBillable(State.ERROR, Reason.TOKEN_NOT_OF_GRANT, text)
        return Attribution(grant.driver_id, grant, f"grant:{grant.reference}")
    token = await tokens.find(work, row.source, row.cdr.token.uid, _kind(row.cdr.token))
    if token is None:
        raise NotBillable(State.ERROR, Reason.UNKNOWN_TOKEN, f"no token {row.cdr.token.uid} of ours is known to this partner")
    if session is None:
        raise NotBillable(State.ERROR, Reason.UNKNOWN_SESSION, f"neither a grant nor session {row.cdr.session_id} is known")
    if token.driver_id is None:
        raise NotBillable(State.ERROR, Reason.TOKEN_WITHOUT_DRIVER, f"token {row.cdr.token.uid} belongs to no driver")
    return Attribution(token.driver_id, None, f"session:{session.id}")


async def _session(work: Work, row: CdrRow) -> SessionRow | None:
    if row.cdr.session_id is not None:
        named = await sessions.find(work, row.source, row.cdr.party, row.cdr.session_id)
        if named is not None:
            return named
    found = await (await work.conn.execute(_TRACE_SESSION, _traces(row))).fetchone()
    return await sessions.get(work, found["id"]) if found else None


async def _grant(work: Work, row: CdrRow, session: SessionRow | None) -> Grant | None:
    for reference in (row.cdr.authorization_reference, session.authorization_reference if session else None):
        grant = await _of_source(work, row, reference)
        if grant is not None:
            return grant
    found = await (await work.conn.execute(_TRACE_GRANT, _traces(row))).fetchone()
    return await _of_source(work, row, found["reference"] if found else None)


async def _of_source(work: Work, row: CdrRow, reference: str | None) -> Grant | None:
    """A grant counts only for the partner that it was given to."""
    grant = await grants.find(work, reference) if reference else None
    return grant if grant is not None and grant.source == row.source else None


def _traces(row: CdrRow) -> dict[str, object]:
    return {"source": row.source, "token": row.cdr.token.uid, "evse": row.cdr.place.evse_uid, "started": row.cdr.start}


def _kind(token: TokenRef) -> TokenType | None:
    return TokenType(token.type) if token.type in TokenType.__members__ else None
