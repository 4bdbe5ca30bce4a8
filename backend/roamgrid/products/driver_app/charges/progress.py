"""Take in what others report: read the truth, derive the progress, announce it when it changed."""

from roamgrid.bus.events import Event, publish
from roamgrid.extensions import Registry
from roamgrid.products.driver_app.charges import repository, truth
from roamgrid.products.driver_app.charges.models import Charge, Failure
from roamgrid.tenancy.database import OrmWork

CHANGED = "charge.updated.v1"


def aggregate(charge_id: object) -> str:
    """What the events of one charge are filed under."""
    return f"charge:{charge_id}"


async def advance(work: OrmWork, registry: Registry, reference: str, failure: Failure | None = None) -> Charge | None:
    """Bring one charge up to date. None when the reference is not a charge of this product.

    Any number of times in any order comes to the same: nothing is taken from the event that led here.
    """
    charge = await repository.lock(work, reference)
    if charge is None:
        return None
    now = await truth.progress(work, registry, charge, await truth.read(work, reference), failure)
    if now == charge.progress:
        return charge
    moved = await repository.save(work, charge, now)
    await publish(work, Event(CHANGED, aggregate(charge.id), moved.version, {"charge": str(charge.id)}))
    return moved
