"""A version is small where it is like another: the figures in docs/adding-a-version.md are true."""

import pytest

from tools.version_sizes import PAGE, sizes, stated

SIZES = {size.what: size for size in sizes()}


@pytest.mark.parametrize("what", SIZES)
def test_the_page_states_the_size_to_a_tenth(what: str):
    said = sum(stated(PAGE.read_text())[what])
    assert said == pytest.approx(SIZES[what].lines, rel=0.1, abs=75), "run `python -m tools.version_sizes`"


def test_the_core_of_2_3_0_is_less_than_half_of_2_2_1():
    assert SIZES["2.3.0"].lines * 2 < SIZES["2.2.1"].lines
