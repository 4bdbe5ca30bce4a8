"""The plugin: order, units and shape of prices in the EU."""

from dataclasses import dataclass, replace
from datetime import date

from roamgrid.extensions import (
    ENGLISH,
    DisplayComponent,
    Manifest,
    PriceDisplayRequest,
    PriceDisplayResult,
    Provides,
    Severity,
    Unit,
    Violation,
    display_component,
    worded,
)
from roamgrid_jurisdiction_eu_afir.order import in_order
from roamgrid_jurisdiction_eu_afir.shape import shape_violations

APPLIES_FROM = date(2024, 4, 13)
ART_5_4 = "Regulation (EU) 2023/1804, Article 5(4)"
MEMBER_STATES = frozenset(
    {"AUT", "BEL", "BGR", "CYP", "CZE", "DEU", "DNK", "ESP", "EST", "FIN", "FRA", "GRC", "HRV", "HUN"}
    | {"IRL", "ITA", "LTU", "LUX", "LVA", "MLT", "NLD", "POL", "PRT", "ROU", "SVK", "SVN", "SWE"}
)
MANIFEST = Manifest(
    id="eu_afir",
    version="1.0",
    jurisdiction="EU",
    countries=MEMBER_STATES,
    provides=frozenset({Provides.PRICE_DISPLAY}),
    effective_from=APPLIES_FROM,
    requires=">=1.0,<2",
)


@dataclass(frozen=True, slots=True)
class EuAfir:
    """`allow_session_fee`: tolerate a fee per session at 50 kW and above, where the regulation's text is doubtful."""

    allow_session_fee: bool = False

    @property
    def manifest(self) -> Manifest:
        """Draft rules of the 27 member states."""
        return MANIFEST

    def display(self, request: PriceDisplayRequest, so_far: PriceDisplayResult) -> PriceDisplayResult:
        """Times per minute, components in the prescribed order, breaches of the prescribed shape named."""
        if not so_far.components:
            return so_far
        components = tuple(_per_minute(component, request) for component in in_order(so_far.components))
        violations = (
            *so_far.violations,
            *shape_violations(request, components, allow_session_fee=self.allow_session_fee),
            *(_inexact(component) for component in components if not component.exact),
        )
        return replace(so_far, price=components, violations=violations)


def _per_minute(component: DisplayComponent, request: PriceDisplayRequest) -> DisplayComponent:
    shown = display_component(component.source, request.currency, time_unit=Unit.MINUTE, tax_percent=component.tax_percent)
    return worded(shown, ENGLISH, request.time_zone)


def _inexact(component: DisplayComponent) -> Violation:
    text = (
        f"{component.label}: {component.source.price} {component.currency} per hour has no exact price per minute; "
        f"{component.amount} is rounded"
    )
    return Violation("AFIR_MINUTE_PRICE_INEXACT", ART_5_4, text, Severity.DOUBTFUL)
