"""The OCPI pricing cases: the specification's worked examples, public implementations' fixtures, generated ones."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from roamgrid.pricing import DimensionTotal, rate
from tests.pricing.case_reader import Case, cases_in

FOLDER = Path(__file__).parents[3] / "shared" / "ocpi" / "tariff-cases"
MISSING = f"the pricing cases are not there: put them at {FOLDER}"
PROPRIETARY_ROUNDING = "vendor_extension"
CASES = list(cases_in(FOLDER)) if FOLDER.is_dir() else []


@pytest.mark.skipif(not CASES, reason=MISSING)
def test_all_cases_are_read() -> None:
    assert len(CASES) == 307


@pytest.mark.skipif(not CASES, reason=MISSING)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_reference_case_is_priced_as_published(case: Case) -> None:
    rated = rate(case.tariff, case.usage, case.policy)
    tolerance = Decimal(case.expected["tolerance"])
    if PROPRIETARY_ROUNDING in case.features:
        # One operator rounds each component up to a cent, outside OCPI: we state the exact price, half a cent less.
        assert rated.net == Decimal("5.904")
        assert Decimal(case.expected["total_cost_excl_vat"]) == Decimal("5.91")
        return
    assert_close(rated.net, case.expected["total_cost_excl_vat"], tolerance, "net")
    assert_close(rated.gross, case.expected["total_cost_incl_vat"], tolerance, "gross")
    totals = {str(heading): total for heading, total in rated.per_dimension().items()}
    for heading, expected in case.expected["per_dimension"].items():
        assert_heading(totals[heading], expected, tolerance, heading)


def assert_heading(total: DimensionTotal, expected: dict[str, Any], tolerance: Decimal, heading: str) -> None:
    """Every amount that the case states for one dimension."""
    ours = {
        "volume": total.volume,
        "billed_volume": total.billed_volume,
        "cost_excl_vat": total.net,
        "cost_incl_vat": total.gross,
    }
    for name, value in expected.items():
        assert_close(ours[name], value, tolerance, f"{heading}.{name}")


def assert_close(ours: Decimal | None, expected: str | None, tolerance: Decimal, what: str) -> None:
    """Known amounts agree within the case's tolerance; unknown ones are unknown on both sides."""
    if ours is None or expected is None:
        assert (ours, expected) == (None, None), what
    else:
        assert abs(ours - Decimal(expected)) <= tolerance, f"{what}: {ours}, expected {expected}"
