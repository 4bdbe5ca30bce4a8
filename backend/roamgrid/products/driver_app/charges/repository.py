"""SQL of charges."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from psycopg.rows import DictRow

from roamgrid.core.locations.models import ConnectorTarget
from roamgrid.identity.access import DriverId
from roamgrid.kernel import json
from roamgrid.products.driver_app.charges.models import Charge, Progress, TakenOffer
from roamgrid.tenancy.database import Work

_ADD = """
insert into charge (id, driver_id, reference, place, offer, progress, created_at, version)
values (%(id)s, %(driver)s, %(reference)s, %(place)s, %(offer)s, %(progress)s, %(created_at)s, 1)
on conflict do nothing returning id"""

_GET = """
select id, driver_id, reference, place, offer, progress, created_at, version from charge
 where id = %(id)s and driver_id = %(driver)s"""

_LOCK = """
select id, driver_id, reference, place, offer, progress, created_at, version from charge
 where reference = %(reference)s for update"""

_SAVE = """
update charge set progress = %(progress)s, state = %(state)s, version = version + 1 where id = %(id)s returning version"""

_PAGE = """
select id, driver_id, reference, place, offer, progress, created_at, version from charge
 where driver_id = %(driver)s and (%(at)s::timestamptz is null or (created_at, id) < (%(at)s, %(id)s::uuid))
 order by created_at desc, id desc limit %(limit)s"""

_STALE = """
select reference from charge where state = 'REQUESTED' and created_at < %(before)s order by created_at limit 100"""


async def add(work: Work, charge: Charge) -> bool:
    """False when this charge exists already."""
    params = {
        "id": charge.id,
        "driver": charge.driver,
        "reference": charge.reference,
        "place": json.encode(charge.place),
        "offer": json.encode(charge.offer),
        "progress": json.encode(charge.progress),
        "created_at": charge.created_at,
    }
    return await (await work.conn.execute(_ADD, params)).fetchone() is not None


async def get(work: Work, driver: DriverId, charge_id: UUID) -> Charge | None:
    """A charge of this driver."""
    return _charge(await (await work.conn.execute(_GET, {"id": charge_id, "driver": driver})).fetchone())


async def lock(work: Work, reference: str) -> Charge | None:
    """By reference, held until the transaction ends: reports of several sources are taken in one after the other."""
    return _charge(await (await work.conn.execute(_LOCK, {"reference": reference})).fetchone())


async def save(work: Work, charge: Charge, progress: Progress) -> Charge:
    """Store the progress of a locked charge under the next version."""
    params = {"id": charge.id, "progress": json.encode(progress), "state": progress.state}
    row = await (await work.conn.execute(_SAVE, params)).fetchone()
    assert row is not None, "the row is locked by this transaction"
    return replace(charge, progress=progress, version=row["version"])


async def page(work: Work, driver: DriverId, limit: int, before: tuple[datetime, UUID] | None) -> list[Charge]:
    """A driver's charges, newest first."""
    at, charge_id = before or (None, None)
    params = {"driver": driver, "at": at, "id": charge_id, "limit": limit}
    rows = await (await work.conn.execute(_PAGE, params)).fetchall()
    return [charge for row in rows if (charge := _charge(row)) is not None]


async def stale(work: Work, before: datetime) -> list[str]:
    """References of charges that have not moved since they were made."""
    rows = await (await work.conn.execute(_STALE, {"before": before})).fetchall()
    return [row["reference"] for row in rows]


def _charge(row: DictRow | None) -> Charge | None:
    if row is None:
        return None
    return Charge(
        id=row["id"],
        driver=DriverId(row["driver_id"]),
        reference=row["reference"],
        place=json.decode(row["place"], ConnectorTarget),
        offer=json.decode(row["offer"], TakenOffer),
        created_at=row["created_at"],
        progress=json.decode(row["progress"], Progress),
        version=row["version"],
    )
