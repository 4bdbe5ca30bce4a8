"""Numbers cross our borders without passing through a binary float."""

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roamgrid.kernel import json

FINITE = st.decimals(allow_nan=False, allow_infinity=False)
TEXTS = st.text(st.characters(codec="utf-8"))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS | FINITE,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=20,
)


@dataclass(frozen=True)
class Price:
    """Something with an amount, a time and a part."""

    amount: Decimal
    at: datetime
    parts: tuple[Decimal, ...] = ()


@given(FINITE)
def test_every_decimal_survives_the_way_there_and_back(number: Decimal) -> None:
    back = json.loads(json.dumps(number))
    assert Decimal(back) == number


@given(VALUES)
def test_every_value_survives_the_way_there_and_back(value: object) -> None:
    assert json.loads(json.dumps(value)) == value


@given(FINITE, st.datetimes(timezones=st.just(UTC)), st.lists(FINITE).map(tuple))
def test_a_stored_value_is_read_back_digit_by_digit(amount: Decimal, at: datetime, parts: tuple[Decimal, ...]) -> None:
    back = json.decode(json.encode(Price(amount, at, parts)), Price)
    assert (back, str(back.amount)) == (Price(amount, at, parts), str(amount))


def test_a_tenth_is_a_tenth() -> None:
    assert json.loads(b'{"price": 0.1}') == {"price": Decimal("0.1")}
    assert json.dumps({"price": Decimal("0.10")}) == b'{"price":0.10}'
    assert json.loads(b"1234567890.12345678901234567890") == Decimal("1234567890.12345678901234567890")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"nonsense",
        b"NaN",
        b'"\xff"',
        b'"\\ud800"',
        b"[" * 100_000,
        b"1e99999999999999999999",
        b'{"a": 1,}',
        b"\xef\xbb\xbf{}",
    ],
)
def test_whatever_is_no_json_is_one_kind_of_error(body: bytes) -> None:
    with pytest.raises(json.JsonError):
        json.loads(body)
    with pytest.raises(json.JsonError):
        json.normalised(body)


@pytest.mark.parametrize(
    "other",
    [
        b'{"b":[1.5,2],"a":"x"}',
        b'{ "a" : "x",\n"b" : [ 1.50, 2.0 ] }',
        b'{"a":"x","b":[15e-1,2]}',
        b'{"a":"x","b":[0.15E1,20e-1]}',
    ],
)
def test_equal_content_has_one_normal_form(other: bytes) -> None:
    assert json.normalised(other) == b'{"a":"x","b":[1.5,2]}'


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (b"[1.5]", b"[1.50000000000000000000000000000000000000000000000001]"),
        (b"[1]", b'["1"]'),
        (b"[1,2]", b"[2,1]"),
        (b'{"a":null}', b"{}"),
        (b"[0]", b"[false]"),
        (b"[1e50]", b"[1e51]"),
    ],
)
def test_different_content_has_different_normal_forms(one: bytes, other: bytes) -> None:
    assert json.normalised(one) != json.normalised(other)


def test_a_number_as_long_as_memory_costs_nothing() -> None:
    assert json.normalised(b"1e999999999") == b"1E+999999999"


@given(VALUES)
def test_the_normal_form_is_normal(value: object) -> None:
    once = json.normalised(json.dumps(value))
    assert json.normalised(once) == once
