"""Adapters for partners with ways of their own."""

from typing import Any

import msgspec

from roamgrid.ocpi.adapter import Adapter
from roamgrid.ocpi.dialects.dialect import EnergyUnit, dialect


def speaking(**switches: Any) -> Adapter:
    """The default dialect with some switches turned."""
    return Adapter("2.2.1", msgspec.structs.replace(dialect("default"), **switches))


def counting_in_wh() -> Adapter:
    return speaking(energy_unit=EnergyUnit.WH)
