"""A figure from two series of samples."""

from collections.abc import Sequence

from roamgrid.cli.bench.figures import Budget, Figure
from roamgrid.cli.bench.rounds import median_ratio, middle
from roamgrid.cli.bench.stand import Sample


def throughput(
    name: str, what: str, ours: Sequence[Sample], ceiling: Sequence[Sample], ceiling_is: str, budget: Budget
) -> Figure:
    """Requests a second beside the ceiling's. `cpu_ratio` compares the processes' own time, which a busy machine moves less."""
    one, other = middle(ours, lambda sample: sample.per_second), middle(ceiling, lambda sample: sample.per_second)
    return Figure(
        name=name,
        what=what,
        value=one.per_second,
        unit="requests/s",
        ceiling=other.per_second,
        ceiling_is=ceiling_is,
        ratio=median_ratio([sample.per_second for sample in ours], [sample.per_second for sample in ceiling]),
        budget=budget,
        details={
            "p50_ms": one.p50_ms,
            "p99_ms": one.p99_ms,
            "cpu_us": one.cpu_us,
            "ceiling_p50_ms": other.p50_ms,
            "ceiling_p99_ms": other.p99_ms,
            "ceiling_cpu_us": other.cpu_us,
            "cpu_ratio": median_ratio([sample.cpu_us for sample in ceiling], [sample.cpu_us for sample in ours]),
        },
    )
