"""Rounds: what is compared is measured in turns, so that a machine that slows down slows down all of it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from statistics import median
from typing import TypeVar

T = TypeVar("T")

Turn = Callable[[], Awaitable[T]]


async def in_turns(rounds: int, turns: Mapping[str, Turn[T]]) -> dict[str, list[T]]:
    """Every turn once a round, in the opposite order every other round. Samples by name, in the order of the rounds."""
    samples: dict[str, list[T]] = {name: [] for name in turns}
    names = list(turns)
    for number in range(rounds):
        for name in names if number % 2 == 0 else reversed(names):
            samples[name].append(await turns[name]())
    return samples


def middle(samples: Sequence[T], key: Callable[[T], float]) -> T:
    """The sample with the median value; of an even number the lower one of the two in the middle."""
    return sorted(samples, key=key)[(len(samples) - 1) // 2]


def median_ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """The median of the ratios within each round: what was measured side by side is compared, nothing else."""
    return median(one / other for one, other in zip(ours, theirs, strict=True))
