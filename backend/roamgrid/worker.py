"""Composition root of the worker: relays events, handles them, and does what a clock demands."""

import asyncio
import signal
import threading
from collections.abc import Awaitable, Callable
from functools import partial

import dramatiq
import structlog
from dramatiq.asyncio import get_event_loop_thread
from dramatiq.middleware import Middleware

from roamgrid.app import Platform
from roamgrid.bus import broker as brokers
from roamgrid.bus import live
from roamgrid.bus.inbox import Inbox
from roamgrid.bus.relay import Relay
from roamgrid.bus.subscriptions import Subscriptions
from roamgrid.kernel.embedded import ServiceUrls
from roamgrid.kernel.errors import Unavailable
from roamgrid.kernel.settings import Settings
from roamgrid.tenancy.context import TenantContext

log = structlog.get_logger(__name__)

_STOP_MS = 10_000
_REAP_EVERY_S = 2
_SWEEP_EVERY_S = 30
_PULL_CHECK_EVERY_S = 10
_PUSH_CHECK_EVERY_S = 1
_CHECK_EVERY_S = 5


def run_worker(settings: Settings, urls: ServiceUrls) -> None:
    """Work until SIGTERM or SIGINT; what is under way is finished first."""
    redis_broker = brokers.broker(urls.redis_url)
    background = Background(settings, urls, redis_broker)
    redis_broker.add_middleware(background)
    worker = dramatiq.Worker(redis_broker, worker_timeout=brokers.POLL_MS, worker_threads=settings.worker_threads)
    worker.start()
    background.check()
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    try:
        while not stopped.wait(_CHECK_EVERY_S):
            background.check()
    finally:
        worker.stop(timeout=_STOP_MS)


class WorkerFailed(Unavailable):
    """A worker that cannot work ends and says why."""

    code = "WORKER_FAILED"
    hint = "The log above says why; the worker can be started again at once."


class Background(Middleware):
    """What lives on the worker's event loop: opened before the first message, closed after the last."""

    def __init__(self, settings: Settings, urls: ServiceUrls, redis_broker: dramatiq.Broker) -> None:
        self._platform = Platform(settings, urls, max_connections=settings.worker_threads + 4)
        subscriptions = Subscriptions(self._platform.subscriptions())
        self._relay = Relay(
            self._platform.database,
            subscriptions,
            brokers.Wake(redis_broker),  # type: ignore[arg-type]
            partial(live.broadcast, self._platform.redis),
        )
        brokers.declare_delivery(redis_broker, Inbox(self._platform.database, subscriptions))  # type: ignore[arg-type]
        self._tasks: list[asyncio.Task[None]] = []
        self._opened = False

    def check(self) -> None:
        """Raises `WorkerFailed` when the worker could not start, or when one of its loops has ended.

        dramatiq logs and forgets what its middleware raises; a worker without its loops must end, so that somebody restarts it.
        """
        ended = [task.get_name() for task in self._tasks if task.done()]
        if not self._opened or ended:
            raise WorkerFailed(f"the worker does not work: {', '.join(ended) or 'the database did not open'}")

    def before_worker_boot(self, broker: dramatiq.Broker, worker: dramatiq.Worker) -> None:
        """Runs after dramatiq's AsyncIO middleware has started the loop."""
        _on_loop(self._open())

    def after_worker_shutdown(self, broker: dramatiq.Broker, worker: dramatiq.Worker) -> None:
        """Runs before the loop is stopped: middleware is left in reverse order."""
        _on_loop(self._close())

    async def _open(self) -> None:
        await self._platform.__aenter__()
        platform = self._platform
        self._tasks = [
            asyncio.create_task(self._relay.run(), name="relay"),
            asyncio.create_task(_every(_REAP_EVERY_S, "reap", platform, platform.reap), name="reap"),
            asyncio.create_task(_every(_SWEEP_EVERY_S, "sweep", platform, platform.sweep), name="sweep"),
            asyncio.create_task(_every(_PULL_CHECK_EVERY_S, "pull", platform, platform.pull_due), name="pull"),
            asyncio.create_task(_every(_PUSH_CHECK_EVERY_S, "push", platform, platform.push_due), name="push"),
        ]
        self._opened = True

    async def _close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._platform.__aexit__(None, None, None)


async def _every(seconds: float, name: str, platform: Platform, run: Callable[[TenantContext], Awaitable[None]]) -> None:
    """Run something for every brand, again and again. A brand's failure is logged; the others and the clock go on."""
    while True:
        await asyncio.sleep(seconds)
        try:
            tenants = await platform.directory.all()
        except Exception:
            log.warning("schedule.waiting", job=name, exc_info=True)
            continue
        for tenant in tenants:
            try:
                await run(tenant.context(actor=f"schedule:{name}"))
            except Exception:
                log.warning("schedule.failed", job=name, tenant=tenant.slug, exc_info=True)


def _on_loop(coroutine: Awaitable[None]) -> None:
    thread = get_event_loop_thread()
    if thread is None:
        raise RuntimeError("dramatiq's AsyncIO middleware must come before this one")
    thread.run_coroutine(coroutine)
