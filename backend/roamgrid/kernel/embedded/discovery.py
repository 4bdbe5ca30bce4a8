"""Finding the servers that another process of this machine runs."""

from pathlib import Path

from roamgrid.kernel.embedded import lock
from roamgrid.kernel.embedded.state import State
from roamgrid.kernel.embedded.urls import ServiceUrls


def find_running(data_dir: Path) -> ServiceUrls | None:
    """The addresses of the servers that a living process owns in this folder; None when nobody does.

    Says that an owner lives, not that its servers already answer: the owner may be starting them.
    """
    state = State.load(data_dir) if lock.holder(data_dir) is not None else None
    return state.urls if state is not None else None
