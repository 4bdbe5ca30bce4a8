"""Permissions to charge: written before a charge can start, read when its CDR arrives."""

from roamgrid.canonical.party import SourceId
from roamgrid.core.sessions import repository as sql
from roamgrid.core.sessions.models import Grant, Pins, Stream
from roamgrid.kernel import json
from roamgrid.tenancy.database import Work


async def add(work: Work, grant: Grant) -> None:
    """Record a grant; the same reference again changes nothing."""
    await work.conn.execute(
        sql.ADD_GRANT,
        {
            "reference": grant.reference,
            "source": grant.source,
            "driver": grant.driver_id,
            "token": grant.token_uid,
            "stream": grant.stream,
            "pins": json.encode(grant.pins),
            "created": grant.created_at,
        },
    )


async def reroute(work: Work, reference: str, source: SourceId, token_uid: str) -> None:
    """The permission goes to another channel, with the token that is known there: the one before was never reached."""
    await work.conn.execute(sql.REROUTE_GRANT, {"reference": reference, "source": source, "token": token_uid})


async def find(work: Work, reference: str) -> Grant | None:
    """The grant that a session or a CDR names."""
    row = await (await work.conn.execute(sql.FIND_GRANT, {"reference": reference})).fetchone()
    if row is None:
        return None
    return Grant(
        reference=row["reference"],
        source=SourceId(row["source_id"]),
        driver_id=row["driver_id"],
        token_uid=row["token_uid"],
        stream=Stream(row["stream"]),
        pins=json.decode(row["pins"], Pins),
        created_at=row["created_at"],
    )
