"""What a charge costs: pure functions over canonical values. No I/O, no clock, `Decimal` only (ADR-0004).

    rate(tariff, usage)            what the tariff makes of a charge, line by line
    explain(rated)                 the same in words
    compare(rated, claim, ...)     does an operator's total agree
    components_at(tariff, at, ...) what the tariff would ask of a charge that starts then

The offer, the check of a CDR and the retail bill all call these; there is no second calculator.
"""

from roamgrid.pricing.compare import Verdict, VerdictKind, compare
from roamgrid.pricing.compiled import CompiledTariff, compile_tariff
from roamgrid.pricing.explain import explain
from roamgrid.pricing.findings import Finding, FindingCode
from roamgrid.pricing.offered import offered
from roamgrid.pricing.phase import Heading, Phase
from roamgrid.pricing.policy import DEFAULT, MissingVat, PricingPolicy
from roamgrid.pricing.quote import QuotedComponent, components_at
from roamgrid.pricing.rated import Adjustment, DimensionTotal, LimitKind, Line, Rated
from roamgrid.pricing.rating import rate
from roamgrid.pricing.usage import UnknownTimeZone, Usage

__all__ = [
    "DEFAULT",
    "Adjustment",
    "CompiledTariff",
    "DimensionTotal",
    "Finding",
    "FindingCode",
    "Heading",
    "LimitKind",
    "Line",
    "MissingVat",
    "Phase",
    "PricingPolicy",
    "QuotedComponent",
    "Rated",
    "UnknownTimeZone",
    "Usage",
    "Verdict",
    "VerdictKind",
    "compare",
    "compile_tariff",
    "components_at",
    "explain",
    "offered",
    "rate",
]
