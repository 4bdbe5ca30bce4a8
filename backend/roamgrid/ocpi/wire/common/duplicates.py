"""Objects that say one field twice. JSON readers take the last one silently, and the sender may have meant the first."""

import json as standard
from collections.abc import Iterator
from itertools import islice
from typing import Any

from roamgrid.kernel import json

_ESCAPED = b"\\u003"
"""Begins the escape of a colon, in either letter case."""
_MOST = 20
"""As many are named; a body that repeats more of them is hostile."""


def may_repeat_fields(raw: bytes, value: object) -> bool:
    """Whether a second look pays. `value`: what `raw` was decoded to.

    A field that was said twice takes a colon with it, when the value is written again; an escaped colon could hide that.
    All of this runs in C.
    """
    return _ESCAPED in raw or raw.count(b":") != json.dumps(value).count(b":")


def repeated_fields(raw: bytes) -> tuple[tuple[str, str], ...]:
    """Paths (`*`: any index) and names of the first fields that are said more than once, of a body that is JSON."""
    document = standard.loads(raw, object_pairs_hook=_Members, parse_int=str, parse_float=str)
    return tuple(islice(dict.fromkeys(_repeated(document, "")), _MOST))


class _Members(list[tuple[str, Any]]):
    """An object's members in their order, each as often as it was said."""


def _repeated(value: object, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, _Members):
        seen: set[str] = set()
        for name, item in value:
            below = f"{path}/{name}"
            if name in seen:
                yield below, name
            seen.add(name)
            yield from _repeated(item, below)
    elif isinstance(value, list):
        for item in value:
            yield from _repeated(item, f"{path}/*")
