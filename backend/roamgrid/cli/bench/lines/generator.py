"""What the load generator itself can do: a server that is slower than this is what is measured, not the generator."""

from roamgrid.cli.bench.bodies import authorizations
from roamgrid.cli.bench.figures import Figure
from roamgrid.cli.bench.load.http import request
from roamgrid.cli.bench.stand import WARM_UP_S, Stand


async def measure(stand: Stand) -> list[Figure]:
    """Bare requests against a responder that does nothing, and the requests of the authorize line against the same."""
    bare = [request("GET", "/", {})]
    real = authorizations(stand.brands[0], [stand.brands[0].card])
    async with stand.ceiling("static") as responder:
        await stand.load(responder, bare, seconds=WARM_UP_S)
        small = await stand.load(responder, bare)
        large = await stand.load(responder, real)
    return [
        Figure(
            name="generator",
            what="the load generator alone, against a static responder",
            value=small.per_second,
            unit="requests/s",
            details={"p99_ms": small.p99_ms, "authorize_requests_per_s": large.per_second},
        )
    ]
