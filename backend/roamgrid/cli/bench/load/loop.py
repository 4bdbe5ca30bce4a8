"""The event loop of the measuring processes."""

import asyncio


def new_loop() -> asyncio.AbstractEventLoop:
    """uvloop where there is a wheel for the platform; the generator's own ceiling tells what it costs to lack it."""
    try:
        import uvloop
    except ImportError:
        return asyncio.new_event_loop()
    return uvloop.new_event_loop()
