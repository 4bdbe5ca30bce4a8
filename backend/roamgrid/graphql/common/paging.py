"""Keyset pages: a cursor holds the sort key of its row, so that pages neither skip nor repeat when rows come and go."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import msgspec
import strawberry

from roamgrid.kernel import json
from roamgrid.kernel.errors import Invalid

T = TypeVar("T")
K = TypeVar("K")
R = TypeVar("R")

DEFAULT_FIRST = 20
MAX_FIRST = 100
_MAX_CURSOR = 300


class BadPage(Invalid):
    """`first` or `after` make no page."""

    code = "BAD_USER_INPUT"
    hint = "Ask for 1 to 100 objects, and send `after` as the API returned it."


@strawberry.type
class PageInfo:
    """Where a page lies."""

    has_next_page: bool
    end_cursor: str | None


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Rows of one page with their cursors."""

    rows: Sequence[T]
    cursors: Sequence[str]
    has_next: bool

    @property
    def info(self) -> PageInfo:
        return PageInfo(has_next_page=self.has_next, end_cursor=self.cursors[-1] if self.cursors else None)


def size(first: int | None) -> int:
    """How many rows to show. Raises `BadPage`."""
    wanted = DEFAULT_FIRST if first is None else first
    if not 1 <= wanted <= MAX_FIRST:
        raise BadPage(f"first is {wanted}, allowed are 1 to {MAX_FIRST}", field="first")
    return wanted


def page(rows: Sequence[R], wanted: int, cursors: Sequence[str]) -> Page[R]:
    """A page from one row more than wanted: the surplus row says that there are more."""
    return Page(rows[:wanted], cursors[:wanted], len(rows) > wanted)


def cursor(key: object) -> str:
    """An opaque cursor from a row's sort key (any value that `kernel.json` encodes)."""
    return base64.urlsafe_b64encode(json.encode(key).encode()).decode().rstrip("=")


def sort_key(text: str | None, type_: type[K]) -> K | None:
    """The inverse of `cursor`; None stays None. Raises `BadPage`."""
    if text is None:
        return None
    try:
        if len(text) > _MAX_CURSOR:
            raise ValueError("too long")
        padded = text.encode("ascii") + b"=" * (-len(text) % 4)
        return json.decode(base64.b64decode(padded, altchars=b"-_", validate=True), type_)
    except (ValueError, msgspec.MsgspecError):
        raise BadPage("this is not a cursor of this list", field="after") from None
