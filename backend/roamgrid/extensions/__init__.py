"""The only API that plugins see: extension points, their values, the registry and the conformance kit.

A plugin is an installable package with an entry point in the group `roamgrid.jurisdictions` whose object has a
`manifest` and implements one or more of the Protocols in `points`. It imports `roamgrid.extensions`,
`roamgrid.canonical` and `roamgrid.kernel`, nothing else. What is not exported here is private.
"""

from roamgrid.extensions.amounts import display_component, per_unit
from roamgrid.extensions.baseline import baseline
from roamgrid.extensions.manifest import API_VERSION, Manifest, Provides, Status
from roamgrid.extensions.points import (
    Channel,
    Plugin,
    PriceDisplay,
    PriceDisplayRequest,
    PriceDisplayResult,
    Purchase,
    Severity,
    Supply,
    TaxRate,
    TaxRates,
    TaxRequest,
    Violation,
)
from roamgrid.extensions.prices import (
    Basis,
    Condition,
    DisplayComponent,
    OfferedComponent,
    Origin,
    PriceDimension,
    PriceUnknown,
    Unit,
    UnknownReason,
)
from roamgrid.extensions.registry import Disabled, Registry, load_registry
from roamgrid.extensions.rule_pack import RulePack, RulePackUnavailable, TaxRateUnknown
from roamgrid.extensions.wording import ENGLISH, Language, worded

__all__ = [
    "API_VERSION",
    "ENGLISH",
    "Basis",
    "Channel",
    "Condition",
    "Disabled",
    "DisplayComponent",
    "Language",
    "Manifest",
    "OfferedComponent",
    "Origin",
    "Plugin",
    "PriceDimension",
    "PriceDisplay",
    "PriceDisplayRequest",
    "PriceDisplayResult",
    "PriceUnknown",
    "Provides",
    "Purchase",
    "Registry",
    "RulePack",
    "RulePackUnavailable",
    "Severity",
    "Status",
    "Supply",
    "TaxRate",
    "TaxRateUnknown",
    "TaxRates",
    "TaxRequest",
    "Unit",
    "UnknownReason",
    "Violation",
    "baseline",
    "display_component",
    "load_registry",
    "per_unit",
    "worded",
]
