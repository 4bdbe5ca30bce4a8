"""Fields that no mapping owns and that versions call differently: the path in one version, and the name in the other."""

from collections.abc import Mapping
from typing import Any

Renames = Mapping[str, str]

_OLD, _NEW = "2.1.1", frozenset({"2.2.1", "2.3.0"})
_SINCE_2_2: Mapping[str, Renames] = {
    "location": {"/type": "parking_type", "/energy_mix/environ_impact/*/source": "category"},
    "tariff": {"/energy_mix/environ_impact/*/source": "category"},
    "cdr": {"/tariffs/*/energy_mix/environ_impact/*/source": "category"},
}
"""By kind, from 2.1.1 to all later ones."""


def renames(kind: str, source: str, target: str) -> Renames:
    """What is called differently in the target, by its path in the source."""
    if source == _OLD and target in _NEW:
        return _SINCE_2_2.get(kind, {})
    if source in _NEW and target == _OLD:
        return {renamed(path, name): path.rpartition("/")[2] for path, name in _SINCE_2_2.get(kind, {}).items()}
    return {}


def renamed(path: str, name: str) -> str:
    """The path under the new name."""
    return f"{path.rpartition('/')[0]}/{name}"


def with_renames(value: Any, names: Renames, path: str = "") -> Any:
    """A document with its fields under their new names. Goes only as deep as there are names."""
    if not any(renaming.startswith(f"{path}/") for renaming in names):
        return value
    if isinstance(value, dict):
        below = ((name, f"{path}/{name}", item) for name, item in value.items())
        return {names.get(at, name): with_renames(item, names, at) for name, at, item in below}
    if isinstance(value, list):
        return [with_renames(item, names, f"{path}/*") for item in value]
    return value
