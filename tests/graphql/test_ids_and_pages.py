"""Ids and cursors: opaque outwards, exact inwards, and anything else is refused."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roamgrid.core.locations.models import Cursor
from roamgrid.graphql.common.nodes import BadId, node_id, node_key, number_key, uuid_key
from roamgrid.graphql.common.paging import BadPage, Page, cursor, page, size, sort_key
from roamgrid.graphql.driver.query import HistoryKey


def test_an_id_says_type_and_key():
    key = uuid4()
    assert uuid_key(node_id("Session", key), "Session") == key
    assert number_key(node_id("Station", 42), "Station") == 42
    assert node_key(node_id("Station", 42)) == ("Station", "42")


@pytest.mark.parametrize("text", ["", "x", "Station:42", "U3RhdGlvbjo0Mg==", "ü", "a" * 300, "\0", "\ud800"])
def test_what_is_no_id_is_refused(text):
    with pytest.raises(BadId):
        node_key(text)


def test_an_id_of_another_type_is_refused():
    with pytest.raises(BadId):
        uuid_key(node_id("Receipt", uuid4()), "Session")


@pytest.mark.parametrize("key", ["-1", "1.5", "", "9" * 30, "one"])
def test_an_id_whose_key_is_no_number_is_refused(key):
    with pytest.raises(BadId):
        number_key(node_id("Station", key), "Station")


@given(st.text(max_size=60))
def test_no_text_makes_an_id_fail_in_another_way(text):
    try:
        found = node_key(text)
    except BadId:
        return
    assert node_id(found.type, found.key) == text


@given(st.integers(0, 2**31), st.integers(1, 2**63 - 1))
def test_a_cursor_holds_the_sort_key(distance, id_):
    assert sort_key(cursor(Cursor(distance, id_)), Cursor) == Cursor(distance, id_)


def test_a_cursor_holds_a_moment_exactly():
    key = HistoryKey(datetime(2026, 6, 1, 12, 0, 0, 123456, tzinfo=UTC), UUID(int=7))
    assert sort_key(cursor(key), HistoryKey) == key


@pytest.mark.parametrize("text", ["", "x", "e30", "bnVsbA", "ü", "\ud800", "a" * 400])
def test_what_is_no_cursor_is_refused(text):
    with pytest.raises(BadPage):
        sort_key(text, HistoryKey)


def test_a_page_shows_what_was_asked_and_whether_there_is_more():
    full = page([1, 2, 3], 2, ["a", "b"])
    assert (full.rows, full.info.has_next_page, full.info.end_cursor) == ([1, 2], True, "b")
    last = page([1], 2, ["a"])
    assert (last.info.has_next_page, last.info.end_cursor) == (False, "a")
    empty: Page[int] = page([], 2, [])
    assert (empty.info.has_next_page, empty.info.end_cursor) == (False, None)


@pytest.mark.parametrize("first", [0, -1, 101, 2**31])
def test_page_sizes_have_bounds(first):
    with pytest.raises(BadPage):
        size(first)


def test_the_default_page_has_twenty_rows():
    assert size(None) == 20
