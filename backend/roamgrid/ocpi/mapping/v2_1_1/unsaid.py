"""What this version has words for, and how a loss is named."""

from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import get_args

from roamgrid.ocpi.speech import Loss, Losses
from roamgrid.ocpi.wire.common.declare import Enumeration
from roamgrid.ocpi.wire.common.deviations import shown


def unsaid(values: Mapping[str, object], losses: Losses) -> None:
    """Every value that is set (None, False and an empty text are not, zero is), under its path: there is no place for it."""
    set_ = {path: value for path, value in values.items() if value is not None and value is not False and value != ""}
    losses.extend(Loss(path, shown(_plain(value))) for path, value in set_.items())


def values_of(enumeration: object) -> frozenset[str]:
    """What an enumeration's declaration lists."""
    (declared,) = (marker for marker in get_args(enumeration) if isinstance(marker, Enumeration))
    return frozenset(declared.values)


def nearest(value: str, known: Collection[str], otherwise: str, path: str, losses: Losses) -> str:
    """A value of an enumeration, or the one that comes nearest to it."""
    if value in known:
        return value
    losses.append(Loss(path, shown(value)))
    return otherwise


def _plain(value: object) -> object:
    return value.value if isinstance(value, StrEnum) else str(value)
