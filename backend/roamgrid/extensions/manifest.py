"""What a plugin says about itself, and whether it fits this platform."""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

API_VERSION = "1.0"
"""Version of this extension API; a plugin states the range that it `requires`."""

ID = re.compile(r"[a-z][a-z0-9_]{1,31}")
VERSION = re.compile(r"\d+(\.\d+){0,2}")
CLAUSE = re.compile(r"(>=|<)\s*(\d+(?:\.\d+)*)")
COUNTRY = re.compile(r"[A-Z]{3}")


class Provides(StrEnum):
    """Extension points by name."""

    PRICE_DISPLAY = "price_display"
    TAX_RATE = "tax_rate"


class Status(StrEnum):
    """DRAFT until counsel of the jurisdiction has signed the rules off."""

    DRAFT = "draft"
    PRODUCTION = "production"


@dataclass(frozen=True, slots=True)
class Manifest:
    """A plugin's identity. `countries`: ISO 3166 alpha-3 codes where its rules hold.

    `after`: ids of plugins whose result this one refines; they run first when the pack has them. `requires`: range of
    the extension API, clauses of `>=` and `<` joined by commas. `effective_from`: first day on which a rule binds.
    """

    id: str
    version: str
    jurisdiction: str
    countries: frozenset[str]
    provides: frozenset[Provides]
    effective_from: date
    requires: str
    after: tuple[str, ...] = ()
    status: Status = Status.DRAFT

    @property
    def label(self) -> str:
        """How offers and bills pin it, e.g. `nl-1.0`."""
        return f"{self.id}-{self.version}"


def problems(manifest: Manifest) -> list[str]:
    """What keeps a plugin with this manifest from being used; empty: nothing."""
    found = []
    if not ID.fullmatch(manifest.id):
        found.append(f"id {manifest.id!r} is not lower-case letters, digits and underscores")
    if not VERSION.fullmatch(manifest.version):
        found.append(f"version {manifest.version!r} is not numbers joined by dots")
    if not manifest.countries or not all(COUNTRY.fullmatch(country) for country in manifest.countries):
        found.append("countries must be ISO 3166 alpha-3 codes, at least one")
    if not manifest.provides:
        found.append("it provides nothing")
    if not fits(manifest.requires, API_VERSION):
        found.append(f"it requires the extension API {manifest.requires!r}, this is {API_VERSION}")
    return found


def fits(requires: str, version: str) -> bool:
    """Does a version lie in a range such as `>=1.0,<2`. A range that cannot be read fits nothing."""
    clauses = [CLAUSE.fullmatch(clause.strip()) for clause in requires.split(",")]
    have = _numbers(version)
    for clause in clauses:
        if clause is None:
            return False
        bound = _numbers(clause.group(2))
        if (clause.group(1) == ">=" and have < bound) or (clause.group(1) == "<" and have >= bound):
            return False
    return True


def _numbers(version: str) -> tuple[int, ...]:
    numbers = [int(part) for part in version.split(".")]
    return tuple(numbers + [0] * (3 - len(numbers)))
