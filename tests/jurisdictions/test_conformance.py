"""The conformance kit: real plugins pass, and each kind of misconduct is caught."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

import pytest

from roamgrid.extensions import (
    Manifest,
    PriceDisplayRequest,
    PriceDisplayResult,
    PriceUnknown,
    Provides,
    TaxRate,
    TaxRequest,
    Violation,
    load_registry,
)
from roamgrid.extensions.compliance import breaches

MANIFEST = Manifest(
    id="tst",
    version="1.0",
    jurisdiction="TST",
    countries=frozenset({"NLD"}),
    provides=frozenset({Provides.PRICE_DISPLAY}),
    effective_from=date(2024, 1, 1),
    requires=">=1.0,<2",
)
Display = Callable[[PriceDisplayRequest, PriceDisplayResult], PriceDisplayResult]


@dataclass(frozen=True)
class Misfit:
    """A plugin that displays as it was told to."""

    behaves: Display
    manifest: Manifest = MANIFEST

    def display(self, request: PriceDisplayRequest, so_far: PriceDisplayResult) -> PriceDisplayResult:
        return self.behaves(request, so_far)


class Generous:
    """A tax plugin that answers for everybody, everywhere, at any time."""

    manifest = replace(MANIFEST, provides=frozenset({Provides.TAX_RATE}))

    def tax_rate(self, request: TaxRequest) -> TaxRate | None:
        return TaxRate(Decimal(21), "", "a guess")


class Moody:
    """Turns the order round each time it is asked."""

    manifest = MANIFEST

    def __init__(self) -> None:
        self._asked = 0

    def display(self, request: PriceDisplayRequest, so_far: PriceDisplayResult) -> PriceDisplayResult:
        self._asked += 1
        return replace(so_far, violations=(Violation(f"V{self._asked}", "law", "text"),))


def drop_first(request: PriceDisplayRequest, so_far: PriceDisplayResult) -> PriceDisplayResult:
    return replace(so_far, price=so_far.components[1:]) if so_far.components else so_far


def call_it_free(request: PriceDisplayRequest, so_far: PriceDisplayResult) -> PriceDisplayResult:
    return replace(so_far, price=()) if isinstance(so_far.price, PriceUnknown) else so_far


def show_nothing(request: PriceDisplayRequest, so_far: PriceDisplayResult) -> PriceDisplayResult:
    return replace(so_far, price=tuple(replace(c, amount=Decimal(0)) for c in so_far.components) or so_far.price)


def say_nothing(request: PriceDisplayRequest, so_far: PriceDisplayResult) -> PriceDisplayResult:
    return replace(so_far, price=tuple(replace(c, text="") for c in so_far.components) or so_far.price, text="")


def accuse(request: PriceDisplayRequest, so_far: PriceDisplayResult) -> PriceDisplayResult:
    return replace(so_far, violations=(Violation("BAD", "", "because"),))


@pytest.mark.parametrize("plugin_id", ["eu_afir", "nl"])
def test_the_plugins_conform(plugin_id: str) -> None:
    assert breaches(load_registry().plugins[plugin_id]) == []


@pytest.mark.parametrize(
    ("behaves", "expected"),
    [
        (drop_first, ["components were dropped, added or altered"]),
        (call_it_free, ["an unknown price is displayed as something else"]),
        (show_nothing, ["a price is displayed as nothing"]),
        (say_nothing, ["a component is displayed without words", "an unknown price is displayed without words"]),
        (accuse, ["a violation lacks its code, citation or text"]),
    ],
)
def test_misconduct_is_caught(behaves: Display, expected: list[str]) -> None:
    assert breaches(Misfit(behaves)) == expected


def test_a_plugin_that_is_not_deterministic_is_caught() -> None:
    assert breaches(Moody()) == ["the same request is displayed differently the second time"]


def test_a_tax_plugin_must_know_its_limits() -> None:
    assert breaches(Generous()) == [
        "it gives a tax rate for a country that is not its own",
        "it gives a tax rate for a time before the tax existed",
        "the tax rate of NLD lacks a name or a source, or is negative",
    ]
