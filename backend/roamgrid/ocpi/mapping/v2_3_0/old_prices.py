"""Amounts in the shape of 2.2.1 where 2.3.0 has its own: in the chapter Payments itself, and from peers that forgot them."""

from typing import Any

from roamgrid.ocpi.wire.common.deviations import Code, Deviation
from roamgrid.ocpi.wire.common.scalars import Found

_OLD, _NEW = "excl_vat", "before_taxes"


def states_old_prices(document: Any, field: str, found: Found) -> bool:
    """Whether the object's amounts are to be read as those of 2.2.1, going by the one in `field`."""
    price = document.get(field) if isinstance(document, dict) else None
    if not isinstance(price, dict) or _OLD not in price or _NEW in price:
        return False
    found.append(Deviation(Code.UNKNOWN_FIELD, f"/{field}/*", _OLD))
    return True
