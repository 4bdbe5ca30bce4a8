"""How many calls a second: a token bucket without a clock of its own."""


class Pace:
    """`per_second` calls on average, as many at once after a rest (the bucket's size)."""

    def __init__(self, per_second: int) -> None:
        self._apart_s = 1 / per_second
        # A microsecond for what is lost when turns are added up.
        self._slack_s = 1.0 - self._apart_s + 1e-6
        self._due = float("-inf")

    def reserve(self, now: float, longest_s: float) -> float | None:
        """Seconds to wait for the next turn, which is taken; None, and nothing is taken, when that is more than `longest_s`."""
        due = max(self._due, now)
        wait_s = max(0.0, due - self._slack_s - now)
        if wait_s > longest_s:
            return None
        self._due = due + self._apart_s
        return wait_s
