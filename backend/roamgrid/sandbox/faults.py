"""Chance, reproducible: each kind of fault has its own seeded sequence, so that no knob disturbs another."""

from random import Random


class Dice:
    """Decides which messages suffer. The same seed and the same order of messages give the same faults."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._sequences: dict[str, Random] = {}

    def falls(self, fault: str, share: float) -> bool:
        """Whether the next message suffers this fault, for a share from 0 (never) to 1 (always)."""
        sequence = self._sequences.setdefault(fault, Random(f"{self._seed}/{fault}"))
        return sequence.random() < share
