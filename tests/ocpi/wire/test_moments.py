"""Dates as partners write them (OCPI issues 42, 149, 222, 464)."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roamgrid.ocpi.wire.common.moments import read_moment, write_moment


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-06-01T12:39:09Z", datetime(2026, 6, 1, 12, 39, 9, tzinfo=UTC)),
        ("2026-06-01T12:39:09", datetime(2026, 6, 1, 12, 39, 9, tzinfo=UTC)),
        ("2026-06-01T12:39:09.093Z", datetime(2026, 6, 1, 12, 39, 9, 93_000, tzinfo=UTC)),
        ("2026-06-01T12:39:09.5", datetime(2026, 6, 1, 12, 39, 9, 500_000, tzinfo=UTC)),
    ],
)
def test_what_the_specification_allows_is_no_deviation(text: str, moment: datetime):
    assert read_moment(text) == (moment, True)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-06-01T14:39:09+02:00", datetime(2026, 6, 1, 12, 39, 9, tzinfo=UTC)),
        ("2026-06-01T12:39:09+00:00", datetime(2026, 6, 1, 12, 39, 9, tzinfo=UTC)),
        ("2026-06-01T08:09:09-0430", datetime(2026, 6, 1, 12, 39, 9, tzinfo=UTC)),
        ("2026-06-01t12:39:09z", datetime(2026, 6, 1, 12, 39, 9, tzinfo=UTC)),
        ("2026-06-01 12:39:09", datetime(2026, 6, 1, 12, 39, 9, tzinfo=UTC)),
        ("2026-06-01T12:39:09 UTC", datetime(2026, 6, 1, 12, 39, 9, tzinfo=UTC)),
        ("2026-06-01T12:39:09.123456789Z", datetime(2026, 6, 1, 12, 39, 9, 123_456, tzinfo=UTC)),
        ("2026-06-01T12:39:093Z", datetime(2026, 6, 1, 12, 39, 9, 300_000, tzinfo=UTC)),
        ("1970-1-1T00:00:00Z", datetime(1970, 1, 1, tzinfo=UTC)),
        ("2026-06-01T24:00:00Z", datetime(2026, 6, 2, tzinfo=UTC)),
        ("2026-06-01T12:39:60Z", datetime(2026, 6, 1, 12, 39, 59, tzinfo=UTC)),
        ("2026-06-01T12:39Z", datetime(2026, 6, 1, 12, 39, tzinfo=UTC)),
        ("2026-06-01", datetime(2026, 6, 1, tzinfo=UTC)),
        (" 2026-06-01T12:39:09Z ", datetime(2026, 6, 1, 12, 39, 9, tzinfo=UTC)),
    ],
)
def test_other_forms_are_understood_and_deviate(text: str, moment: datetime):
    assert read_moment(text) == (moment, False)


@pytest.mark.parametrize(
    "text", ["", "soon", "2026-13-01T00:00:00Z", "2026-06-31", "01.06.2026", "2026-06-01T25:00:00Z", "9999-12-31T24:00:00Z"]
)
def test_what_is_no_date_is_refused(text: str):
    with pytest.raises(ValueError, match=r"."):
        read_moment(text)


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (datetime(2026, 6, 1, 12, 39, 9, tzinfo=UTC), "2026-06-01T12:39:09Z"),
        (datetime(2026, 6, 1, 12, 39, 9, 93_999, tzinfo=UTC), "2026-06-01T12:39:09.093Z"),
        (datetime(2026, 6, 1, 14, tzinfo=timezone(timedelta(hours=2))), "2026-06-01T12:00:00Z"),
    ],
)
def test_we_write_utc_with_milliseconds_at_most(moment: datetime, text: str):
    assert write_moment(moment) == text


@given(st.integers(0, 7_000_000_000_000))
def test_what_we_write_we_read_to_the_millisecond(milliseconds: int):
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=milliseconds)
    assert read_moment(write_moment(moment)) == (moment, True)
