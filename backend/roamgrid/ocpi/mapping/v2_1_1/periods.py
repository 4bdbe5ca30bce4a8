"""Charging periods: both ways (OCPI 2.1.1, CDRs module). A period names no tariff."""

from collections.abc import Sequence

from roamgrid.canonical.session import ChargingPeriod, Volume
from roamgrid.ocpi.dialects.dialect import Dialect
from roamgrid.ocpi.mapping.v2_1_1.unsaid import unsaid, values_of
from roamgrid.ocpi.mapping.v2_2_1.quantity import plain
from roamgrid.ocpi.speech import Document, Loss, Losses
from roamgrid.ocpi.wire.common.moments import write_moment
from roamgrid.ocpi.wire.v2_1_1 import session as wire
from roamgrid.ocpi.wire.v2_1_1.enums import CdrDimensionType

_ENERGY = "ENERGY"
_PERIOD = "/charging_periods/*"
_DIMENSIONS = values_of(CdrDimensionType)


def periods(read: Sequence[wire.ChargingPeriod], dialect: Dialect) -> tuple[ChargingPeriod, ...]:
    """Energies in kWh whatever the partner counts in; other dimensions, FLAT among them, as they are."""
    return tuple(
        [
            ChargingPeriod(period.start_date_time, tuple([_volume(item, dialect) for item in period.dimensions]))
            for period in read
        ]
    )


def write_periods(value: Sequence[ChargingPeriod], dialect: Dialect, losses: Losses) -> list[Document]:
    """A period of which no dimension can be said is left out, as 2.1.1 allows none without."""
    written = [_period(period, dialect, losses) for period in value]
    silent = [document for document in written if not document["dimensions"]]
    losses += [Loss(f"{_PERIOD}/start_date_time", document["start_date_time"]) for document in silent]
    return [document for document in written if document["dimensions"]]


def _volume(read: wire.CdrDimension, dialect: Dialect) -> Volume:
    return Volume(read.type, dialect.energy_unit.kwh(read.volume) if read.type == _ENERGY else read.volume)


def _period(period: ChargingPeriod, dialect: Dialect, losses: Losses) -> Document:
    unsaid({f"{_PERIOD}/tariff_id": period.tariff_id}, losses)
    return {
        "start_date_time": write_moment(period.start),
        "dimensions": [_dimension(item, dialect) for item in period.volumes if _sayable(item, losses)],
    }


def _dimension(value: Volume, dialect: Dialect) -> Document:
    volume = plain(dialect.energy_unit.of_kwh(value.volume)) if value.dimension == _ENERGY else value.volume
    return {"type": value.dimension, "volume": volume}


def _sayable(value: Volume, losses: Losses) -> bool:
    if value.dimension in _DIMENSIONS:
        return True
    losses.append(Loss(f"{_PERIOD}/dimensions/*/type", value.dimension))
    return False
