"""The plugin: Dutch VAT, Dutch words, and what must hold of a price shown to a consumer in the Netherlands."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from roamgrid.extensions import (
    Manifest,
    PriceDisplayRequest,
    PriceDisplayResult,
    PriceUnknown,
    Provides,
    Severity,
    TaxRate,
    TaxRequest,
    Violation,
    worded,
)
from roamgrid_jurisdiction_nl.language import language
from roamgrid_jurisdiction_nl.vat import rate_on

COUNTRY = "NLD"
OPEN_DATA = "Regeling (Stcrt. 2021, 19832), art. 7a; Regulation (EU) 2023/1804, Article 20(2)"
CONSUMER_PRICES = "Directive 98/6/EC, Article 2(a); Directive 2011/83/EU, Article 5(1)(c)"
MANIFEST = Manifest(
    id="nl",
    version="1.0",
    jurisdiction="NL",
    countries=frozenset({COUNTRY}),
    provides=frozenset({Provides.PRICE_DISPLAY, Provides.TAX_RATE}),
    effective_from=date(2024, 4, 13),
    requires=">=1.0,<2",
    after=("eu_afir",),
)


class Netherlands:
    """Rules of the Netherlands, on top of those of the EU."""

    @property
    def manifest(self) -> Manifest:
        """Draft rules; refines `eu_afir`."""
        return MANIFEST

    def display(self, request: PriceDisplayRequest, so_far: PriceDisplayResult) -> PriceDisplayResult:
        """The same components in the reader's language, VAT checked; an unknown price said to be unknown."""
        words = language(request.locale)
        if isinstance(so_far.price, PriceUnknown):
            missing = Violation(
                "AFIR_NAP_PRICE_MISSING", OPEN_DATA, f"no price is known: {so_far.price.reason}", Severity.DOUBTFUL
            )
            return replace(so_far, text=words.price_unknown, violations=(*so_far.violations, missing))
        return replace(
            so_far,
            price=tuple(worded(component, words, request.time_zone) for component in so_far.price),
            violations=(*so_far.violations, *_vat_violations(request, so_far)),
        )

    def tax_rate(self, request: TaxRequest) -> TaxRate | None:
        """The general rate of VAT on that day: charging and services bear the same."""
        return rate_on(request.as_of) if request.country == COUNTRY else None


def _vat_violations(request: PriceDisplayRequest, result: PriceDisplayResult) -> Iterator[Violation]:
    general = rate_on(request.as_of)
    for component in result.components:
        if not component.tax_included:
            text = f"{component.dimension} is shown without VAT"
            yield Violation("NL_PRICE_WITHOUT_VAT", CONSUMER_PRICES, text)
        stated = component.source.tax_percent
        if stated is not None and general is not None and stated != general.percent:
            text = f"{component.dimension} states {stated} % VAT, the general rate is {general.percent} %"
            yield Violation("NL_VAT_RATE_DIFFERS", general.source, text, Severity.NOTICE)
