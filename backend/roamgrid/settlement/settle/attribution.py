"""Whose charge was it, and under which permission.

The operator should return our reference. When it does not, its session leads to the grant, then token, charging point and
time do. A card that was tapped needs no grant, but a session that we saw: its token leads to the driver.
"""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from roamgrid.canonical.token import Token
from roamgrid.core.cdrs.models import CdrRow
from roamgrid.core.sessions import grants
from roamgrid.core.sessions import service as sessions
from roamgrid.core.sessions.models import Grant, SessionRow
from roamgrid.core.tokens import service as tokens
from roamgrid.core.tokens.reference import Authorized, References
from roamgrid.settlement.settle.errors import NotBillable
from roamgrid.settlement.settle.models import Reason, State
from roamgrid.tenancy.database import Work

_TRACE_GRANT = (Path(__file__).parent / "trace.sql").read_text()
_TRACE_SESSION = """
select id from session
 where country_code = %(country)s and party_id = %(party)s and (source_id = %(source)s or exists (
       select from source_standing hub where hub.source_id in (session.source_id, %(source)s) and hub.kind = 'hub'))
   and lower(token_uid) = any(%(tokens)s) and evse_uid = %(evse)s
   and started_at between %(started)s - interval '5 minutes' and %(started)s + interval '5 minutes'
 order by started_at desc limit 1"""

# A charge that was started over a hub may be told of by its operator, and the other way round.
_OTHER_CHANNEL = """
select exists (select from source_standing where source_id in (%(granted)s, %(source)s) and kind = 'hub')
   and not exists (select from command where authorization_reference = %(reference)s
                      and (country_code, party_id) <> (%(country)s, %(party)s)) as same"""


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


async def attribute(work: Work, row: CdrRow, references: References) -> Attribution:
    """Find the driver behind a CDR. Raises `NotBillable` with the reason why there is none."""
    token = await tokens.named(work, row.source, row.cdr.token)
    uids = {row.cdr.token.uid.casefold()} | ({token.token.uid.casefold()} if token else set())
    session = await _session(work, row, uids)
    grant = await _grant(work, row, session, uids)
    if grant is not None:
        if uids.isdisjoint((grant.token_uid.casefold(), grant.reference.casefold())):
            text = f"the charge was granted to another token than {row.cdr.token.uid}"
            raise NotBillable(State.ERROR, Reason.TOKEN_NOT_OF_GRANT, text)
        return Attribution(grant.driver_id, grant, f"grant:{grant.reference}")
    if token is None:
        raise NotBillable(State.ERROR, Reason.UNKNOWN_TOKEN, f"no token {row.cdr.token.uid} of ours is known to this partner")
    if session is None and not _authorized(work, row, token.token, references):
        raise NotBillable(State.ERROR, Reason.UNKNOWN_SESSION, f"neither a grant nor session {row.cdr.session_id} is known")
    if token.driver_id is None:
        raise NotBillable(State.ERROR, Reason.TOKEN_WITHOUT_DRIVER, f"token {row.cdr.token.uid} belongs to no driver")
    key = f"session:{session.id}" if session else f"authorization:{str(row.cdr.authorization_reference).casefold()}"
    return Attribution(token.driver_id, None, key)


def _authorized(work: Work, row: CdrRow, token: Token, references: References) -> bool:
    """Whether the CDR brings back the reference that we gave for exactly this token to exactly this partner, in time."""
    reference = row.cdr.authorization_reference
    if reference is None:
        return False
    given = references.authorized_at(reference, Authorized(work.ctx.tenant, row.source, token.uid, token.type))
    return given is not None and given <= row.cdr.end


async def _session(work: Work, row: CdrRow, uids: Collection[str]) -> SessionRow | None:
    if row.cdr.session_id is not None:
        named = await sessions.find(work, row.source, row.cdr.party, row.cdr.session_id)
        if named is not None:
            return named
    found = await (await work.conn.execute(_TRACE_SESSION, _traces(row, uids))).fetchone()
    return await sessions.get(work, found["id"]) if found else None


async def _grant(work: Work, row: CdrRow, session: SessionRow | None, uids: Collection[str]) -> Grant | None:
    # OCPI 2.1.1 returns no reference; the contract that its START_SESSION told stands for it.
    told = (row.cdr.authorization_reference, session.authorization_reference if session else None, row.cdr.token.contract_id)
    for reference in told:
        grant = await _of_source(work, row, reference, uids)
        if grant is not None:
            return grant
    found = await (await work.conn.execute(_TRACE_GRANT, _traces(row, uids))).fetchone()
    return await _of_source(work, row, found["reference"] if found else None, uids)


async def _of_source(work: Work, row: CdrRow, reference: str | None, uids: Collection[str]) -> Grant | None:
    """A grant counts only for the operator that it was given to, over whichever of its channels."""
    grant = await grants.find(work, reference) if reference else None
    if grant is None or grant.source == row.source:
        return grant
    params = {**_traces(row, uids), "granted": grant.source, "reference": grant.reference}
    told = await (await work.conn.execute(_OTHER_CHANNEL, params)).fetchone()
    return grant if told is not None and told["same"] else None


def _traces(row: CdrRow, uids: Collection[str]) -> dict[str, object]:
    party = row.cdr.party
    return {
        "source": row.source,
        "country": party.country_code,
        "party": party.party_id,
        "tokens": sorted(uids),
        "evse": row.cdr.place.evse_uid,
        "started": row.cdr.start,
    }
