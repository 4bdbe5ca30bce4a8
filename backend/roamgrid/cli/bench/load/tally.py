"""Counting: only complete, expected responses, and only those that came before the end."""

from roamgrid.cli.bench.load.jobs import Outcome

_SHOWN = 300


class Tally:
    """Latencies of what was as expected, and how much was not."""

    def __init__(self, status: int, marker: bytes) -> None:
        self._status = status
        self._marker = marker
        self._latencies: list[float] = []
        self.errors = 0
        self._first_error = ""

    def response(self, status: int, body: bytes, seconds: float) -> None:
        """A complete response that took `seconds`."""
        if status == self._status and self._marker in body:
            self._latencies.append(seconds)
        else:
            self.error(f"HTTP {status}: {body[:_SHOWN].decode(errors='replace')}")

    def error(self, reason: str) -> None:
        """A request that got no complete response, or another one than expected."""
        self.errors += 1
        self._first_error = self._first_error or reason

    def outcome(self, seconds: float) -> Outcome:
        """All of it, over `seconds`."""
        ordered = sorted(self._latencies)
        return Outcome(
            completed=len(ordered),
            errors=self.errors,
            seconds=seconds,
            p50_ms=quantile(ordered, 0.50) * 1000,
            p99_ms=quantile(ordered, 0.99) * 1000,
            first_error=self._first_error,
        )


def quantile(ordered: list[float], share: float) -> float:
    """The value below which `share` of an ordered list lies (nearest rank); 0 for an empty list."""
    if not ordered:
        return 0.0
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
