"""Store one CDR exactly once and announce it."""

from dataclasses import replace
from uuid import UUID

from roamgrid.bus.events import Event, publish
from roamgrid.canonical.cdr import Cdr
from roamgrid.canonical.party import PartyId, SourceId
from roamgrid.core.cdrs import repository as sql
from roamgrid.core.cdrs.models import CdrReceipt, CdrRow, Outcome
from roamgrid.core.received import Received, Verbatim
from roamgrid.core.sessions import grants
from roamgrid.kernel import json
from roamgrid.kernel.crypto import content_hash
from roamgrid.tenancy.database import Work


async def receive(work: Work, source: SourceId, inbound_id: UUID, received: Received[Cdr]) -> CdrReceipt:
    """Same id and content again: the first receipt, nothing new. Same id, other content: both kept, conflict announced.

    Content is compared as JSON, unknown members included: order of members and white space make no difference. A CDR that comes
    again in another version of the protocol, or over the other one of operator and hub, is the same when what is paid for and
    how much are the same; the other channel's body is kept beside the first and never billed (D9).
    OCPI 2.2.1 mod_cdrs (POST method); ADR-0007.
    """
    params = _params(source, inbound_id, await _with_reference(work, received))
    row = await (await work.conn.execute(sql.ADD, params)).fetchone()
    if row is not None:
        await publish(work, Event("cdr.received.v1", f"cdr:{row['id']}", 1, {"cdr": str(row["id"])}))
        return CdrReceipt(row["id"], Outcome.NEW)
    known = await (await work.conn.execute(sql.KNOWN, params)).fetchone()
    if known is None:
        raise RuntimeError("a CDR vanished between two statements: CDRs are never deleted")
    if known["over"] != "stranger" and (bytes(known["content_hash"]) == params["hash"] or known["retold"]):
        if known["over"] == "other":
            await work.conn.execute(sql.ADD_COPY, {**params, "cdr": known["id"]})
        return CdrReceipt(known["id"], Outcome.SAME)
    await _add_conflict(work, known["id"], params)
    return CdrReceipt(known["id"], Outcome.CONFLICT)


async def get(work: Work, cdr: UUID) -> CdrRow | None:
    """By our id."""
    row = await (await work.conn.execute(sql.GET, {"id": cdr})).fetchone()
    if row is None:
        return None
    return CdrRow(
        id=row["id"],
        source=SourceId(row["source_id"]),
        cdr=json.decode(row["canonical"], Cdr),
        raw=row["raw"].encode(),
        content_hash=bytes(row["content_hash"]),
        received_at=row["received_at"],
    )


async def verbatim(work: Work, source: SourceId, party: PartyId, cdr_id: str) -> Verbatim | None:
    """The verbatim body, by the operator's id."""
    params = {"source": source, "country": party.country_code, "party": party.party_id, "cdr_id": cdr_id}
    row = await (await work.conn.execute(sql.RAW, params)).fetchone()
    return Verbatim(row["raw"].encode(), row["ocpi_version"]) if row else None


async def verbatim_by_id(work: Work, source: SourceId, cdr: UUID) -> Verbatim | None:
    """The same by our id; only for the source that sent it."""
    row = await (await work.conn.execute(sql.RAW_BY_ID, {"source": source, "id": cdr})).fetchone()
    return Verbatim(row["raw"].encode(), row["ocpi_version"]) if row else None


async def _with_reference(work: Work, received: Received[Cdr]) -> Received[Cdr]:
    """OCPI 2.1.1 names no grant; the contract that its START_SESSION told stands for it."""
    cdr = received.value
    grant = None if cdr.authorization_reference else await grants.find(work, cdr.token.contract_id)
    if grant is None:
        return received
    return Received(replace(cdr, authorization_reference=grant.reference), received.raw, received.told)


async def _add_conflict(work: Work, known: UUID, params: dict[str, object]) -> None:
    row = await (await work.conn.execute(sql.ADD_CONFLICT, {**params, "cdr": known})).fetchone()
    if row is not None:
        payload = {"cdr": str(known), "conflict": str(row["id"])}
        await publish(work, Event("cdr.conflict.v1", f"cdr:{known}", row["version"], payload))


def _params(source: SourceId, inbound_id: UUID, received: Received[Cdr]) -> dict[str, object]:
    cdr = received.value
    return {
        "source": source,
        "inbound": inbound_id,
        "country": cdr.party.country_code,
        "party": cdr.party.party_id,
        "cdr_id": cdr.id,
        "hash": content_hash(json.normalised(received.raw)),
        "canonical": json.encode(cdr),
        "raw": received.raw.decode(),
        "session_id": cdr.session_id,
        "reference": cdr.authorization_reference,
        "token": cdr.token.uid,
        "net": cdr.total_cost.net,
        "currency": cdr.currency,
        "kwh": cdr.total_energy,
        "started": cdr.start,
        "ended": cdr.end,
        "validation": received.told.validation,
        "version": received.told.version,
    }
