"""Rounds: what is compared is measured in turns, so that a machine that slows down slows down both."""

from collections.abc import Awaitable, Callable, Sequence
from statistics import median
from typing import TypeVar

A = TypeVar("A")
B = TypeVar("B")
T = TypeVar("T")


async def in_turns(
    rounds: int, ours: Callable[[], Awaitable[A]], ceiling: Callable[[], Awaitable[B]]
) -> tuple[list[A], list[B]]:
    """Both once a round, each first in every other round. Samples in the order of the rounds."""
    mine: list[A] = []
    theirs: list[B] = []
    for number in range(rounds):
        if number % 2 == 0:
            mine.append(await ours())
            theirs.append(await ceiling())
        else:
            theirs.append(await ceiling())
            mine.append(await ours())
    return mine, theirs


def middle(samples: Sequence[T], key: Callable[[T], float]) -> T:
    """The sample with the median value; of an even number the lower one of the two in the middle."""
    return sorted(samples, key=key)[(len(samples) - 1) // 2]


def median_ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """The median of the ratios within each round: what was measured side by side is compared, nothing else."""
    return median(one / other for one, other in zip(ours, theirs, strict=True))
