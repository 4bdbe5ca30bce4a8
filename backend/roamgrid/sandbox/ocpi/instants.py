"""Moments as OCPI writes them: RFC 3339 in UTC with a trailing Z, at most three decimals (OCPI types, DateTime)."""

from datetime import UTC, datetime, timedelta

OLDEST = datetime.min.replace(tzinfo=UTC)


def written(moment: datetime) -> str:
    """`2026-05-01T10:00:00Z`, with milliseconds only where there are some."""
    precision = "milliseconds" if moment.microsecond else "seconds"
    return moment.astimezone(UTC).isoformat(timespec=precision).replace("+00:00", "Z")


def read(text: str) -> datetime:
    """An aware moment; text without a zone is UTC. Raises ValueError for anything else."""
    moment = datetime.fromisoformat(text.strip())
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


class Stamps:
    """`last_updated` values: the real time in milliseconds, never the same twice, never going back."""

    def __init__(self) -> None:
        self._latest = OLDEST

    def next(self) -> datetime:
        now = datetime.now(UTC)
        now = now.replace(microsecond=now.microsecond // 1000 * 1000)
        self._latest = max(now, self._latest + timedelta(milliseconds=1))
        return self._latest
