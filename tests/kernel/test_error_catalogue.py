"""docs/errors.md lists every error that a caller can meet."""

from collections import Counter

import pytest

from roamgrid.kernel.errors import DomainError, NotFound
from tools import error_catalogue
from tools.error_catalogue import Entry

ENTRIES = error_catalogue.entries()


def test_the_page_is_what_the_code_says() -> None:
    written = error_catalogue.PAGE.read_text()
    assert error_catalogue.page(written) == written, "run `python -m tools.error_catalogue`"


def test_a_code_means_one_kind_of_error() -> None:
    kinds = {(entry.code, entry.kind) for entry in ENTRIES}
    shared = [code for code, count in Counter(code for code, _ in kinds).items() if count > 1]
    assert shared == [], "who maps a code to an answer cannot tell these apart"


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.code)
def test_an_error_says_what_it_means_and_what_to_do(entry: Entry) -> None:
    assert entry.code == entry.code.upper().replace("-", "_").strip("_")
    assert entry.meaning.endswith(".")
    assert entry.hint.endswith((".", "?")) or entry.code == DomainError.code


def test_an_error_carries_message_and_field() -> None:
    error = NotFound("there is no brand 'x'", field="slug")
    assert str(error) == error.message == "there is no brand 'x'"
    assert (error.field, error.code) == ("slug", "NOT_FOUND")
