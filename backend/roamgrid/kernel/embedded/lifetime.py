"""Servers end when their owner ends."""

import signal
import sys
import threading
from types import FrameType


def exit_in_order_on_signals() -> None:
    """Turn SIGTERM and SIGHUP into an orderly exit of Python, so that `atexit` and `with` blocks run.

    Only where nobody has chosen otherwise (a handler of uvicorn or of a test stays) and only from the main thread,
    as Python demands. SIGINT already is an exception.
    """
    if threading.current_thread() is not threading.main_thread():
        return
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, _exit)


def _exit(number: int, _frame: FrameType | None) -> None:
    sys.exit(128 + number)
