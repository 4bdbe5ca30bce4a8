"""Small objects that several modules share (OCPI 2.1.1, Types; Locations, Data types)."""

from typing import Annotated

from roamgrid.ocpi.wire.common.declare import Bool, Num, OrElse, Text, Text64, WireObject
from roamgrid.ocpi.wire.v2_2_1.enums import EnvironmentalImpactCategory
from roamgrid.ocpi.wire.v2_2_1.types import EnergySource

Id36 = Annotated[str, Text(36)]
Id39 = Annotated[str, Text(39)]


class EnvironmentalImpact(WireObject, frozen=True):
    """Waste or emission, in g/kWh."""

    source: EnvironmentalImpactCategory
    amount: Num


class EnergyMix(WireObject, frozen=True):
    """Where the electricity comes from."""

    is_green_energy: Annotated[Bool, OrElse(False)]
    energy_sources: tuple[EnergySource, ...] = ()
    environ_impact: tuple[EnvironmentalImpact, ...] = ()
    supplier_name: Text64 | None = None
    energy_product_name: Text64 | None = None


class LocationReferences(WireObject, frozen=True):
    """A location, and some of its charging points or connectors."""

    location_id: Id39
    evse_uids: tuple[Id39, ...] = ()
    connector_ids: tuple[Id36, ...] = ()
