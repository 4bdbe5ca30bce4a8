"""`roamgrid serve` and `roamgrid worker`: the two processes of a deployment."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from roamgrid.app import create_app
from roamgrid.cli.environment import migrated_services, services
from roamgrid.cli.output import console
from roamgrid.cli.processes import Processes, port_is_free, wait_until_answers
from roamgrid.kernel import telemetry
from roamgrid.kernel.settings import SANDBOX_PSP_URL, Settings
from roamgrid.worker import run_worker


def serve() -> None:
    """Answer GraphQL and OCPI requests. Settings come from the environment: docs/settings.md lists them.

    In sandbox mode without a payment provider, the sandbox's own one is started too.
    """
    settings = Settings()
    telemetry.configure(settings.log_level)
    # uvicorn shuts down and then raises the signal again: without a handler that would end us before we can clean up.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with migrated_services(settings) as urls, _payment_provider(settings):
        console.print(f"Roamgrid answers at {settings.base_url} (OCPI: {settings.base_url}/ocpi/<tenant>/versions)")
        uvicorn.run(
            create_app(settings, urls),
            host=settings.host,
            port=settings.port,
            access_log=False,
            log_level="warning",
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=5,
        )


def worker() -> None:
    """Relay events, handle them, pull partners' data on schedule. Run as many as you need; one of them relays."""
    settings = Settings()
    telemetry.configure(settings.log_level)
    with services(settings) as urls:
        console.print("Roamgrid's worker is running")
        run_worker(settings, urls)


@contextmanager
def _payment_provider(settings: Settings) -> Iterator[None]:
    port = int(SANDBOX_PSP_URL.rsplit(":", 1)[1])
    if settings.payment_url != SANDBOX_PSP_URL or settings.psp_url is not None or not port_is_free(port):
        yield
        return
    processes = Processes(settings.data_dir / "logs")
    try:
        provider = processes.start("psp", "sandbox", "psp", "--port", str(port), env={})
        wait_until_answers(provider, SANDBOX_PSP_URL)
        console.print(f"no payment provider is configured: the sandbox's one answers at {SANDBOX_PSP_URL}")
        yield
    finally:
        processes.stop()
