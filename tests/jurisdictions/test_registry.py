"""Finding plugins: what fails is disabled with a reason and leaves the others alone."""

from dataclasses import dataclass, replace
from datetime import date
from importlib.metadata import EntryPoint

import pytest

from roamgrid.extensions import (
    Disabled,
    Manifest,
    Plugin,
    PriceDisplayRequest,
    PriceDisplayResult,
    Provides,
    Registry,
    RulePackUnavailable,
    load_registry,
)
from roamgrid.extensions.manifest import fits, problems

GROUP = "roamgrid.jurisdictions"
HERE = __name__
GOOD = Manifest(
    id="tst",
    version="1.2",
    jurisdiction="TST",
    countries=frozenset({"NLD"}),
    provides=frozenset({Provides.PRICE_DISPLAY}),
    effective_from=date(2024, 1, 1),
    requires=">=1.0,<2",
)


@dataclass(frozen=True)
class Echo:
    """A plugin that changes nothing."""

    manifest: Manifest = GOOD

    def display(self, request: PriceDisplayRequest, so_far: PriceDisplayResult) -> PriceDisplayResult:
        return so_far


good = Echo()
too_new = Echo(replace(GOOD, requires=">=9.0"))
boastful = Echo(replace(GOOD, provides=frozenset({Provides.PRICE_DISPLAY, Provides.TAX_RATE})))
no_plugin = object()


def entry(name: str, attribute: str) -> EntryPoint:
    return EntryPoint(name, f"{HERE}:{attribute}", GROUP)


def registry(**plugins: tuple[str, ...]) -> Registry:
    """Plugins by id, each with the ids that it runs after."""
    return Registry({i: Echo(replace(GOOD, id=i, version="1.0", after=after)) for i, after in plugins.items()}, ())


def test_the_installed_plugins_are_found_and_healthy() -> None:
    found = load_registry()
    assert {"eu_afir", "nl"} <= set(found.plugins)
    assert found.disabled == ()


@pytest.mark.parametrize(
    ("attribute", "reason"),
    [
        ("too_new", "it requires the extension API '>=9.0', this is 1.0"),
        ("boastful", "it says that it provides price_display, tax_rate, it implements price_display"),
        ("no_plugin", "it has no manifest"),
    ],
)
def test_a_plugin_that_does_not_fit_is_disabled_with_the_reason(attribute: str, reason: str) -> None:
    found = load_registry([entry("tst", attribute)])
    assert (dict(found.plugins), found.disabled) == ({}, (Disabled("tst", reason),))


def test_a_plugin_that_does_not_load_leaves_the_others_alone() -> None:
    found = load_registry([entry("broken", "absent"), entry("tst", "good")])
    assert list(found.plugins) == ["tst"]
    (disabled,) = found.disabled
    assert disabled.id == "broken"
    assert "does not load: AttributeError" in disabled.reason


def test_two_plugins_of_one_id_are_one_too_many() -> None:
    found = load_registry([entry("tst", "good"), EntryPoint("tst", f"{HERE}:good  ", GROUP)])
    assert list(found.plugins) == ["tst"]
    assert len(found.disabled) == 1


def test_a_plugin_runs_after_those_that_it_refines_whatever_order_was_asked_for() -> None:
    plugins = registry(aa=("zz",), mm=(), zz=())
    assert plugins.resolve(["aa", "mm", "zz"]).version == plugins.resolve(["zz", "aa", "mm"]).version == "mm-1.0+zz-1.0+aa-1.0"


def test_a_plugin_can_do_without_those_that_it_would_refine() -> None:
    assert registry(aa=("zz",), zz=()).resolve(["aa"]).version == "aa-1.0"


def test_plugins_that_wait_for_each_other_cannot_be_used_together() -> None:
    with pytest.raises(RulePackUnavailable, match="run after another"):
        registry(aa=("zz",), zz=("aa",)).resolve(["aa", "zz"])


def test_a_missing_plugin_is_named_with_the_reason() -> None:
    with pytest.raises(RulePackUnavailable, match="'de' cannot be used: it is not installed"):
        load_registry().resolve(["de"])
    with pytest.raises(RulePackUnavailable, match="requires the extension API"):
        load_registry([entry("tst", "too_new")]).resolve(["tst"])


def test_a_pinned_pack_is_found_again_exactly_or_not_at_all() -> None:
    found = load_registry()
    assert found.resolve(["nl", "eu_afir"]).version == "eu_afir-1.0+nl-1.0"
    assert found.pinned("eu_afir-1.0+nl-1.0") == found.resolve(["nl", "eu_afir"])
    assert found.pinned("none") == found.resolve([])
    for version in ("eu_afir-0.9+nl-1.0", "nl-1.0+eu_afir-1.0"):
        with pytest.raises(RulePackUnavailable):
            found.pinned(version)


@pytest.mark.parametrize(
    ("requires", "expected"),
    [(">=1.0,<2", True), (">=1", True), (">=1.0.1", False), ("<1.0", False), ("~=1.0", False), ("", False)],
)
def test_ranges(requires: str, expected: bool) -> None:
    assert fits(requires, "1.0") is expected


@pytest.mark.parametrize(
    "changes",
    [
        {"id": "N-L"},
        {"version": "one"},
        {"countries": frozenset({"NL"})},
        {"countries": frozenset()},
        {"provides": frozenset()},
    ],
)
def test_a_manifest_must_make_sense(changes: dict[str, object]) -> None:
    assert len(problems(replace(GOOD, **changes))) == 1  # type: ignore[arg-type]


def test_an_object_with_a_manifest_is_a_plugin() -> None:
    assert isinstance(good, Plugin)
