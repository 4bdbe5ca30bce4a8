"""Small objects that several modules share (OCPI 2.2.1, Types; Locations and Tariffs, Data types)."""

from typing import Annotated

from roamgrid.ocpi.wire.common.declare import (
    EXACT,
    Bool,
    Int,
    Num,
    OrElse,
    Text,
    Text64,
    Url,
    WireObject,
)
from roamgrid.ocpi.wire.v2_2_1.enums import EnergySourceCategory, EnvironmentalImpactCategory, ImageCategory


class DisplayText(WireObject, frozen=True):
    """A text for people, in one language (ISO 639-1)."""

    language: Annotated[str, Text(2), OrElse("en")]
    text: Annotated[str, Text(512)]


class Image(WireObject, frozen=True):
    """A picture to link to. Width and height in pixels."""

    url: Url
    category: Annotated[ImageCategory, OrElse("OTHER")]
    type: Annotated[str, Text(4, ci=True), OrElse("")]
    thumbnail: Url | None = None
    width: Int | None = None
    height: Int | None = None


class BusinessDetails(WireObject, frozen=True):
    """A company as it presents itself."""

    name: Annotated[str, Text(100)]
    website: Url | None = None
    logo: Image | None = None


class GeoLocation(WireObject, frozen=True):
    """WGS 84 degrees with a point, as text."""

    latitude: Annotated[str, Text(10)]
    longitude: Annotated[str, Text(11)]


class AdditionalGeoLocation(WireObject, frozen=True):
    """Another point of a location, such as an entrance."""

    latitude: Annotated[str, Text(10)]
    longitude: Annotated[str, Text(11)]
    name: DisplayText | None = None


class Price(WireObject, frozen=True):
    """An amount without and, where the operator says it, with VAT."""

    excl_vat: Annotated[Num, EXACT]
    incl_vat: Annotated[Num | None, EXACT] = None


class EnergySource(WireObject, frozen=True):
    """Share of one source, in percent."""

    source: EnergySourceCategory
    percentage: Num


class EnvironmentalImpact(WireObject, frozen=True):
    """Waste or emission, in g/kWh."""

    category: EnvironmentalImpactCategory
    amount: Num


class EnergyMix(WireObject, frozen=True):
    """Where the electricity comes from."""

    is_green_energy: Annotated[Bool, OrElse(False)]
    energy_sources: tuple[EnergySource, ...] = ()
    environ_impact: tuple[EnvironmentalImpact, ...] = ()
    supplier_name: Text64 | None = None
    energy_product_name: Text64 | None = None


class EnergyContract(WireObject, frozen=True):
    """The driver's own electricity contract."""

    supplier_name: Text64
    contract_id: Text64 | None = None


class LocationReferences(WireObject, frozen=True):
    """A location, and some of its charging points."""

    location_id: Annotated[str, Text(36, ci=True)]
    evse_uids: tuple[Annotated[str, Text(36, ci=True)], ...] = ()
