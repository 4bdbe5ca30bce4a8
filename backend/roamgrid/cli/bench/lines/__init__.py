"""What is measured: one module a line of DESIGN's budgets, each with `measure(stand)`."""

from collections.abc import Awaitable, Callable, Mapping

from roamgrid.cli.bench.figures import Figure
from roamgrid.cli.bench.lines import (
    authorize,
    bulkheads,
    cdr_parse,
    cdrs,
    feed,
    generator,
    latency,
    pricing,
    search,
    sessions,
    tenants,
)
from roamgrid.cli.bench.stand import Stand

LINES: Mapping[str, Callable[[Stand], Awaitable[list[Figure]]]] = {
    "generator": generator.measure,
    "authorize": authorize.measure,
    "sessions": sessions.measure,
    "feed": feed.measure,
    "cdrs": cdrs.measure,
    "cdr-parse": cdr_parse.measure,
    "search": search.measure,
    "pricing": pricing.measure,
    "latency": latency.measure,
    "tenants": tenants.measure,
    "bulkheads": bulkheads.measure,
}
"""In the order of the report."""
