"""The dialects that ship with this version: one TOML file each, layered.

A file's top level holds switches for every version, a table named after a version (`["2.1.1"]`) those for that one, `extends`
the dialects that it builds on, and `[about]` what people and the suggestion need to know.
"""

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

import msgspec

from roamgrid.kernel.errors import NotFound
from roamgrid.ocpi.dialects.signs import Sign

DEFAULT = "default"
_AND, _IS = "+", "="
_VERSION = re.compile(r"\d+(\.\d+)+")
Switches = dict[str, object]


class UnknownDialect(NotFound):
    """No dialect of that name ships with this version."""

    code = "UNKNOWN_DIALECT"
    hint = "See `roamgrid partner dialects`; several are joined by `+`. A new one is a TOML file under ocpi/dialects."


class About(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a dialect is for. `known`: where the habit was reported; `absorbs`: what makes us suggest it."""

    summary: str
    known: tuple[str, ...] = ()
    absorbs: tuple[Sign, ...] = ()


class Bundled(msgspec.Struct, frozen=True, kw_only=True):
    """One file. `switches` for every version, `by_version` on top of them."""

    name: str
    about: About
    extends: tuple[str, ...]
    switches: Switches
    by_version: dict[str, Switches]

    def said(self, version: str) -> Switches:
        """What this file alone says for a version."""
        return self.switches | self.by_version.get(version, {})


@cache
def names() -> tuple[str, ...]:
    """All dialects."""
    folder = files("roamgrid.ocpi.dialects")
    return tuple(sorted(item.name.removesuffix(".toml") for item in folder.iterdir() if item.name.endswith(".toml")))


@cache
def bundled(name: str) -> Bundled:
    """One file. Raises `UnknownDialect`, and `msgspec.ValidationError` for a file that is none."""
    if name not in names():
        raise UnknownDialect(f"there is no dialect {name!r}; there are: {', '.join(names())}")
    table = tomllib.loads(files("roamgrid.ocpi.dialects").joinpath(f"{name}.toml").read_text())
    about = msgspec.convert(table.pop("about"), About)
    extends = msgspec.convert(table.pop("extends", ()), tuple[str, ...])
    by_version = {key: value for key, value in table.items() if _VERSION.fullmatch(key)}
    switches = {key: value for key, value in table.items() if key not in by_version}
    return Bundled(name=name, about=about, extends=extends, switches=switches, by_version=by_version)


def layered(name: str, version: str) -> Switches:
    """The switches of one or several dialects (`plain_token+wh_energy`), the default beneath; later ones prevail.

    A single switch may stand beside them (`wh_energy+page_size=50`) and prevails over all. Raises `UnknownDialect`.
    """
    switches: Switches = {}
    for layer in layers(name):
        for switch, value in bundled(layer).said(version).items():
            switches[switch] = _joined(switches.get(switch), value)
    return switches | dict(_single(part) for part in name.split(_AND) if _IS in part)


def layers(name: str) -> tuple[str, ...]:
    """The files that stand for a name, each once, what is built on before what builds on it. Raises `UnknownDialect`."""
    wanted = (part.strip() for part in name.split(_AND) if _IS not in part)
    return tuple(dict.fromkeys([DEFAULT, *(layer for part in wanted for layer in _expanded(part, ()))]))


def joined(*dialects: str) -> str:
    """The name of several dialects at once, without those that say nothing more."""
    parts = dict.fromkeys(part.strip() for name in dialects for part in name.split(_AND))
    return _AND.join(part for part in parts if part != DEFAULT) or DEFAULT


def _single(part: str) -> tuple[str, object]:
    """`switch=value`, the value as TOML or a bare text."""
    switch, _, value = part.partition(_IS)
    try:
        return switch.strip(), tomllib.loads(f"value = {value}")["value"]
    except tomllib.TOMLDecodeError:
        return switch.strip(), value.strip()


def _expanded(name: str, above: tuple[str, ...]) -> Iterator[str]:
    if name in above:
        raise UnknownDialect(f"dialects extend each other in a circle: {' > '.join((*above, name))}")
    for base in bundled(name).extends:
        yield from _expanded(base, (*above, name))
    yield name


def _joined(below: object, value: object) -> object:
    """Tables and lists grow, so that dialects can be combined; anything else is replaced."""
    if isinstance(below, dict) and isinstance(value, dict):
        return {**below, **value}
    if isinstance(below, list) and isinstance(value, list):
        return [*below, *value]
    return value
