"""What asyncio leaves to those who run loops without end."""

import asyncio


def cancelled() -> bool:
    """Whether somebody asked the running task to end.

    A library that is interrupted in the same instant in which its answer arrives may return the answer and keep the
    `CancelledError` to itself (redis 8 on Python 3.11 does). A loop that does not ask would go on for ever.
    """
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
