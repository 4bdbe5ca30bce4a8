"""Sending objects to peers, with the faults of real networks on demand and retries where the sender cares."""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from roamgrid.sandbox.faults import Dice
from roamgrid.sandbox.ocpi.connections import Connection, Connections
from roamgrid.sandbox.ocpi.knobs import PeerKnobs
from roamgrid.sandbox.ocpi.peer import Answer, Peer, Unreachable

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0
A_FEW_TRIES = 5


@dataclass(frozen=True, slots=True)
class Push:
    """One message to one peer."""

    connection: Connection
    kind: str
    method: str
    url: str
    body: Any
    headers: dict[str, str] = field(default_factory=dict)


class Pushes:
    """`tally` counts what happened, by `{kind}.{sent|failed|lost|duplicated|swapped}`."""

    def __init__(self, peer: Peer, connections: Connections, knobs: Callable[[], PeerKnobs], dice: Dice) -> None:
        self._peer = peer
        self._connections = connections
        self._knobs = knobs
        self._dice = dice
        self.tally: Counter[str] = Counter()

    async def once(self, push: Push) -> bool:
        """Send without retry; nothing goes to a peer that has ended the connection.

        The answer is what the sender believes: a lost message looks like one that arrived.
        """
        return self._loses(push) or await self._deliver(push)

    async def stubbornly(self, push: Push, *, tries: int | None = A_FEW_TRIES) -> bool:
        """Send until acknowledged, with growing pauses, at most `tries` times (None: while we are connected)."""
        if self._loses(push):
            return True
        pause, left = FIRST_PAUSE, tries
        while self._connections.by_id(push.connection.id) is not None:
            if await self._deliver(push):
                return True
            left = None if left is None else left - 1
            if left == 0:
                return False
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)
        return False

    async def exactly(self, push: Push) -> Answer:
        """Send once, untouched by faults. Raises Unreachable."""
        return await self._peer.call(
            push.method,
            push.url,
            token=push.connection.their_token,
            shape=push.connection.shape,
            body=push.body,
            headers=push.headers,
        )

    def is_swapped(self, push: Push) -> bool:
        """Whether this update has to wait for the one after it."""
        swapped = self._dice.falls("out_of_order", self._knobs().out_of_order)
        self.tally[f"{push.kind}.swapped"] += swapped
        return swapped

    def _loses(self, push: Push) -> bool:
        lost = self._dice.falls("lost", self._knobs().lost)
        self.tally[f"{push.kind}.lost"] += lost
        return lost

    async def _deliver(self, push: Push) -> bool:
        if self._connections.by_id(push.connection.id) is None:
            return False
        try:
            answer = await self.exactly(push)
        except Unreachable:
            self.tally[f"{push.kind}.failed"] += 1
            return False
        if not answer.acknowledged:
            self.tally[f"{push.kind}.failed"] += 1
            return False
        self.tally[f"{push.kind}.sent"] += 1
        if self._dice.falls("duplicate", self._knobs().duplicates):
            self.tally[f"{push.kind}.duplicated"] += 1
            await self._repeat(push)
        return True

    async def _repeat(self, push: Push) -> None:
        try:
            await self.exactly(push)
        except Unreachable:
            self.tally[f"{push.kind}.failed"] += 1
