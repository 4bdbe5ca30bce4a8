"""A breaker: a partner that fails again and again is left alone for a while, so that nobody waits for it (D7)."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from roamgrid.ocpi.outbound.errors import PartnerLeftAlone

FAILURES = 5
COOL_DOWN_S = 15.0


@dataclass(frozen=True, slots=True)
class Transition:
    """The breaker opened (again) or closed. `retry_s`: seconds until the next try, while it is open."""

    open: bool
    failures: int
    reason: str
    retry_s: float


def unheard(_: Transition) -> None:
    """Nobody wants to know."""


class Breaker:
    """Opens after `failures` in a row. After `cool_down_s` one call may try; if it fails, the wait begins anew.

    `monotonic` gives seconds; `on_transition` is told whenever it opens, opens again or closes.
    """

    def __init__(
        self,
        name: str,
        *,
        failures: int = FAILURES,
        cool_down_s: float = COOL_DOWN_S,
        monotonic: Callable[[], float] = time.monotonic,
        on_transition: Callable[[Transition], None] = unheard,
    ) -> None:
        self._name = name
        self._limit = failures
        self._cool_down_s = cool_down_s
        self._monotonic = monotonic
        self._tell = on_transition
        self._failures = 0
        self._open_since: float | None = None

    @property
    def is_open(self) -> bool:
        """Whether it has opened and no call has succeeded since."""
        return self._open_since is not None

    def check(self) -> None:
        """Raises `PartnerLeftAlone` while nobody may try; does not take the try."""
        wait_s = self._wait_s()
        if wait_s > 0:
            raise PartnerLeftAlone(f"{self._name} failed {self._failures} times in a row; next try in {wait_s:.0f} s")

    def admit(self) -> None:
        """The same for the call that goes out now: after the cool-down the first one takes the only try."""
        self.check()
        if self._open_since is not None:
            # Were this call never to report back, another may try after the next cool-down.
            self._open_since = self._monotonic()

    def succeeded(self) -> None:
        """The partner answered, whatever it said."""
        was_open = self.is_open
        self._failures = 0
        self._open_since = None
        if was_open:
            self._tell(Transition(False, 0, "", 0.0))

    def failed(self, reason: str = "") -> None:
        """The partner gave no usable answer."""
        self._failures += 1
        if self._failures >= self._limit:
            self._open_since = self._monotonic()
            self._tell(Transition(True, self._failures, reason, self._cool_down_s))

    def _wait_s(self) -> float:
        return 0.0 if self._open_since is None else self._open_since + self._cool_down_s - self._monotonic()
