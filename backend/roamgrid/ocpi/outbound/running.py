"""Work under way in the background: bounded in all and for each tenant, so that nobody's slow partners take every place."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable

import structlog

log = structlog.get_logger(__name__)


class Running:
    """Belongs to one event loop. `most`: tasks at a time; `for_one`: of those, how many may be one tenant's."""

    def __init__(self, most: int, for_one: int) -> None:
        self._most = most
        self._for_one = for_one
        self._tasks: dict[asyncio.Task[None], str] = {}
        self._counts: Counter[str] = Counter()

    @property
    def under_way(self) -> int:
        """How many tasks there are now."""
        return len(self._tasks)

    def room(self, owner: str) -> int:
        """How many more tasks of an owner may begin now."""
        return max(0, min(self._most - len(self._tasks), self._for_one - self._counts[owner]))

    def start(self, owner: str, work: Callable[[], Awaitable[None]], done: Callable[[], None] | None = None) -> None:
        """Begin; a failure is logged. `done` is called when it has ended, however."""
        task = asyncio.create_task(self._logged(owner, work))
        self._tasks[task] = owner
        self._counts[owner] += 1
        task.add_done_callback(lambda ended: self._ended(ended, done))

    async def idle(self) -> None:
        """Wait until nothing is under way, also nothing that began meanwhile."""
        while self._tasks:
            await asyncio.wait(list(self._tasks))

    async def close(self) -> None:
        """Cancel what is under way and wait until it has gone."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _ended(self, task: asyncio.Task[None], done: Callable[[], None] | None) -> None:
        owner = self._tasks.pop(task)
        self._counts[owner] -= 1
        if not self._counts[owner]:
            del self._counts[owner]
        if done is not None:
            done()

    @staticmethod
    async def _logged(owner: str, work: Callable[[], Awaitable[None]]) -> None:
        try:
            await work()
        except Exception:
            log.warning("ocpi.background_failed", tenant=owner, exc_info=True)
