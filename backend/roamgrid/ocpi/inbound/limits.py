"""How much one partner may ask of a process at once (D7): a rate, and a number of calls under way.

Counted by Authorization header, because a hot path knows no more of its caller before it has answered; partners that spell
their token in two ways get twice as much. Kept in the process: a limit that asked the database would be a load of its own.
"""

from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic_ns

import structlog

from roamgrid.canonical.party import SourceId
from roamgrid.ocpi.inbound.request import Call, Request

log = structlog.get_logger(__name__)

MOST_AT_ONCE = 256
"""Calls of one partner that are under way in a process."""
_BURST_S = 2
_SECOND = 1_000_000_000
_MOST_CALLERS = 10_000
_UNKNOWN_PER_SECOND = 5000
"""For who has not been recognised yet; a partner's dialect says its own number (`inbound_per_second`)."""

Key = tuple[str, bytes]


class TooManyCalls(Exception):
    """The partner asked more than it may. `retry_after_s`: when it is worth asking again."""

    def __init__(self, reason: str, retry_after_s: int) -> None:
        super().__init__(reason)
        self.retry_after_s = retry_after_s


@dataclass(slots=True)
class _Use:
    """`due`: the moment in nanoseconds at which the calls so far would have come at exactly the rate allowed."""

    per_second: int = _UNKNOWN_PER_SECOND
    due: int = 0
    under_way: int = 0
    told_at: int = -_SECOND
    source: SourceId | None = None


class Limits:
    """Bounded in memory: who has not called for longest is forgotten first. `refused` counts by tenant."""

    def __init__(self, *, at_once: int = MOST_AT_ONCE, now_ns: Callable[[], int] = monotonic_ns) -> None:
        self.refused: Counter[str] = Counter()
        self._at_once = at_once
        self._now_ns = now_ns
        self._uses: OrderedDict[Key, _Use] = OrderedDict()

    @contextmanager
    def call(self, request: Request) -> Iterator[None]:
        """For as long as a call takes. Raises `TooManyCalls`."""
        use = self._use(_key(request))
        self._admit(request, use)
        use.under_way += 1
        try:
            yield
        finally:
            use.under_way -= 1

    def know(self, call: Call) -> None:
        """From now on the caller has what its dialect allows."""
        use = self._use(_key(call.request))
        use.per_second = call.adapter.dialect.inbound_per_second
        use.source = call.connection.id

    def source(self, request: Request) -> SourceId | None:
        """Who calls, if it was recognised before. Proves nothing: good for counting only."""
        use = self._uses.get(_key(request))
        return use.source if use else None

    def _admit(self, request: Request, use: _Use) -> None:
        now = self._now_ns()
        due = max(use.due, now)
        over = due - now - _BURST_S * _SECOND
        if use.under_way >= self._at_once:
            self._refuse(request, use, f"more than {self._at_once} calls at once", 1)
        if over >= 0:
            self._refuse(request, use, f"more than {use.per_second} calls a second", over // _SECOND + 1)
        use.due = due + _SECOND // use.per_second

    def _refuse(self, request: Request, use: _Use, reason: str, retry_after_s: int) -> None:
        self.refused[request.tenant.slug] += 1
        now = self._now_ns()
        if now - use.told_at >= _SECOND:
            use.told_at = now
            log.warning("ocpi.too_many_calls", tenant=request.tenant.slug, reason=reason)
        raise TooManyCalls(f"{reason}; come again in {retry_after_s} s", retry_after_s)

    def _use(self, key: Key) -> _Use:
        use = self._uses.get(key)
        if use is None:
            use = self._uses[key] = _Use()
            while len(self._uses) > _MOST_CALLERS:
                self._uses.popitem(last=False)
        else:
            self._uses.move_to_end(key)
        return use


def _key(request: Request) -> Key:
    return request.tenant.slug, request.headers.get(b"authorization", b"")
