"""A breaker: a partner that fails again and again is left alone for a while, so that nobody waits for it (D7)."""

import time
from collections.abc import Callable

from roamgrid.core.commands.errors import PartnerUnavailable

FAILURES = 5
COOL_DOWN_S = 15.0


class Breaker:
    """Opens after `failures` in a row. After `cool_down_s` one call may try; if it fails, the wait begins anew.

    `monotonic` gives seconds.
    """

    def __init__(
        self,
        name: str,
        *,
        failures: int = FAILURES,
        cool_down_s: float = COOL_DOWN_S,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._name = name
        self._limit = failures
        self._cool_down_s = cool_down_s
        self._monotonic = monotonic
        self._failures = 0
        self._open_since: float | None = None

    def admit(self) -> None:
        """Raises `PartnerUnavailable` while the breaker is open."""
        if self._open_since is None:
            return
        now = self._monotonic()
        wait_s = self._open_since + self._cool_down_s - now
        if wait_s > 0:
            raise PartnerUnavailable(f"{self._name} failed {self._failures} times in a row; next try in {wait_s:.0f} s")
        # This call is the one that may try. Were it never to report back, another may after the next cool-down.
        self._open_since = now

    def succeeded(self) -> None:
        """The partner answered, whatever it said."""
        self._failures = 0
        self._open_since = None

    def failed(self) -> None:
        """The partner gave no usable answer."""
        self._failures += 1
        if self._failures >= self._limit:
            self._open_since = self._monotonic()
