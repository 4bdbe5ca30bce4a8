"""Lays a freshly written document over the verbatim one.

Three documents take part: `fresh`, what the mapping writes for the value now; `said`, what it writes for the value that the
verbatim document was read to; and the verbatim document itself. Where `fresh` and `said` agree, the value did not change and
the verbatim spelling stays (dates, decimals, letter case, wrong types, values that were read as something neutral). Where they
differ, `fresh` counts. A field in neither is one that no mapping owns: it stays. One in `said` alone was taken away: it goes.
"""

from typing import Any, ClassVar, Protocol

from roamgrid.ocpi.carry.items import matched

ABSENT: Any = object()
"""No value at all, which is not null."""


class Keeping(Protocol):
    """What may stay of the verbatim document. Paths are those of that document, `*` for any index.

    `supplies`: whether a field is written that the verbatim document left out and reading supplied.
    """

    supplies: ClassVar[bool]

    def kept(self, value: Any, path: str) -> Any:
        """As much of a verbatim value as may stay; `ABSENT` when nothing may."""
        ...

    def gone(self, value: Any, said: Any, path: str) -> None:
        """A verbatim value stays away, because the fresh document has none in its place; `said`: what was owned of it."""
        ...


def lay(fresh: Any, said: Any, verbatim: Any, keeping: Keeping, path: str = "") -> Any:
    """One value. `said` may be `ABSENT`; `fresh` and `verbatim` are there."""
    if isinstance(fresh, dict) and isinstance(verbatim, dict):
        return _object(fresh, said if isinstance(said, dict) else {}, verbatim, keeping, path)
    if isinstance(fresh, list) and isinstance(said, list):
        return _list(fresh, said, verbatim if isinstance(verbatim, list) else [verbatim], keeping, path, verbatim)
    if said is ABSENT or fresh != said:
        return fresh
    kept = keeping.kept(verbatim, path)
    return fresh if kept is ABSENT else kept


def _object(
    fresh: dict[str, Any], said: dict[str, Any], verbatim: dict[str, Any], keeping: Keeping, path: str
) -> dict[str, Any]:
    laid: dict[str, Any] = {}
    for name, value in verbatim.items():
        below = f"{path}/{name}"
        if name in fresh:
            laid[name] = lay(fresh[name], said.get(name, ABSENT), value, keeping, below)
        elif name in said:
            keeping.gone(value, said[name], below)
        elif (kept := keeping.kept(value, below)) is not ABSENT:
            laid[name] = kept
    for name, value in fresh.items():
        if name not in verbatim and (value != said.get(name, ABSENT) or keeping.supplies):
            laid[name] = value
    return laid


def _list(fresh: list[Any], said: list[Any], verbatim: list[Any], keeping: Keeping, path: str, whole: Any) -> Any:
    below = f"{path}/*"
    match = matched(fresh, said, verbatim)
    if match is None:
        if fresh == said:
            kept = keeping.kept(whole, path)
            return fresh if kept is ABSENT else kept
        keeping.gone(verbatim, said, path)
        return fresh
    laid = [
        item if at is None else lay(item, said[at.said], verbatim[at.verbatim], keeping, below)
        for item, at in zip(fresh, match.fresh, strict=True)
    ]
    for at in match.gone:
        keeping.gone(verbatim[at.verbatim], said[at.said], below)
    for index in match.unowned:
        if (kept := keeping.kept(verbatim[index], below)) is not ABSENT:
            laid.insert(min(index, len(laid)), kept)
    return whole if not isinstance(whole, list) and laid == [whole] else laid
