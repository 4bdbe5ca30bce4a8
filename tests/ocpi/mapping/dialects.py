"""Adapters for partners with ways of their own."""

from typing import Any

import msgspec

from roamgrid.ocpi.adapter import Adapter
from roamgrid.ocpi.dialects.dialect import EnergyUnit, dialect
from roamgrid.ocpi.versions import SPEECHES


def speaking(**switches: Any) -> Adapter:
    """The default dialect with some switches turned."""
    return Adapter(SPEECHES["2.2.1"], msgspec.structs.replace(dialect("default", "2.2.1"), **switches))


def counting_in_wh() -> Adapter:
    return speaking(energy_unit=EnergyUnit.WH)
