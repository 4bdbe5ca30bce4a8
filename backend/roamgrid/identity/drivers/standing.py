"""Whether a driver may charge at all."""

from roamgrid.identity.access import DriverId
from roamgrid.kernel.errors import NotFound
from roamgrid.tenancy.database import Work

_SET = "update driver set refusal = %(refusal)s, refusal_reason = %(reason)s where id = %(id)s returning id"


async def set_refusal(work: Work, driver: DriverId, refusal: str | None, reason: str | None) -> None:
    """`refusal`: what stations are answered (BLOCKED, NO_CREDIT, ...), None: the driver may charge. `reason` is for staff.

    Use `core.tokens.blocking`, which also tells the partners. Raises `NotFound`.
    """
    row = await (await work.conn.execute(_SET, {"id": driver, "refusal": refusal, "reason": reason})).fetchone()
    if row is None:
        raise NotFound("there is no such driver", field="driver")
