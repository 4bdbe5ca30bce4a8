"""What the tariff store hands out."""

from dataclasses import dataclass
from datetime import datetime
from typing import NewType
from uuid import UUID

from roamgrid.canonical.tariff import Tariff

TariffVersionId = NewType("TariffVersionId", UUID)


@dataclass(frozen=True, slots=True)
class TariffVersion:
    """One content of one tariff, as received at `recorded_at`; immutable."""

    id: TariffVersionId
    tariff: Tariff
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class TariffCounts:
    """Live tariffs, and versions of all tariffs that ever were."""

    tariffs: int
    versions: int
