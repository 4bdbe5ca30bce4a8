"""Who wants to hear of what.

A *handler* changes our database: it runs in the transaction that closes its inbox row, so its effect happens exactly once.
An *effect* calls another system: it runs outside of any transaction, at least once, and must be idempotent by
`delivery.event_id`.
"""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass

from roamgrid.bus.events import Delivery
from roamgrid.tenancy.context import TenantContext
from roamgrid.tenancy.database import OrmWork

Handler = Callable[[OrmWork, Delivery], Awaitable[None]]
Effect = Callable[[TenantContext, Delivery], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Subscription:
    """One room's interest in one type of event. `name` reads `<room>.<verb>` and never changes: inbox rows carry it."""

    name: str
    event: str
    run_handler: Handler | None
    run_effect: Effect | None

    @classmethod
    def handler(cls, name: str, event: str, run: Handler) -> "Subscription":
        """Runs inside the inbox transaction."""
        return cls(name, event, run, None)

    @classmethod
    def effect(cls, name: str, event: str, run: Effect) -> "Subscription":
        """Runs outside of any transaction."""
        return cls(name, event, None, run)


class Subscriptions:
    """All subscriptions of a process. Raises `ValueError` on a name used twice."""

    def __init__(self, subscriptions: Iterable[Subscription]) -> None:
        self._by_name: dict[str, Subscription] = {}
        for subscription in subscriptions:
            if subscription.name in self._by_name:
                raise ValueError(f"two subscriptions are called {subscription.name!r}")
            self._by_name[subscription.name] = subscription

    def named(self, name: str) -> Subscription:
        """Raises `LookupError` for a name that no code here claims."""
        if name not in self._by_name:
            raise LookupError(f"no subscription is called {name!r} in this version")
        return self._by_name[name]

    def pairs(self) -> list[tuple[str, str]]:
        """(event type, subscription name) of each, as the relay needs them."""
        return [(subscription.event, subscription.name) for subscription in self._by_name.values()]
