"""The station room's use cases in one place."""

from roamgrid.core.locations.find import channels, connector, connectors, evses_of, search, station
from roamgrid.core.locations.store import apply_page, counts, finish_crawl, put, raw, stored, time_zone, unchanged

__all__ = [
    "apply_page",
    "channels",
    "connector",
    "connectors",
    "counts",
    "evses_of",
    "finish_crawl",
    "put",
    "raw",
    "search",
    "station",
    "stored",
    "time_zone",
    "unchanged",
]
