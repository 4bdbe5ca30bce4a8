"""Real-time authorization, one process (D16)."""

from roamgrid.cli.bench.bodies import authorizations
from roamgrid.cli.bench.figures import Better, Budget, Figure
from roamgrid.cli.bench.lines.compared import throughput
from roamgrid.cli.bench.load.http import request
from roamgrid.cli.bench.rounds import in_turns
from roamgrid.cli.bench.stand import WARM_UP_S, Stand
from roamgrid.cli.bench.world import CARDS
from roamgrid.ocpi.versions import SPEECHES

ALLOWED = b'"allowed":"ALLOWED"'
_BUDGET = Budget(0.5, Better.HIGHER)


async def measure(stand: Stand) -> list[Figure]:
    """In every version: two brands' partners ask about ten thousand cards each; the ceiling reads one brand's cards."""
    return [await _measure(stand, version) for version in SPEECHES]


async def _measure(stand: Stand, version: str) -> Figure:
    uids = [f"CARD{number:06}" for number in range(CARDS)]
    pairs = zip(*(authorizations(brand.speaking(version), uids) for brand in stand.brands), strict=True)
    ours = [one for pair in pairs for one in pair]
    bare = [request("GET", f"/token/{uid}", {}) for uid in uids]
    ctx = stand.brands[0].ctx
    async with stand.api() as api, stand.ceiling("bare", ctx.binding.schema, ctx.tenant) as ceiling:
        await stand.load(api, ours, marker=ALLOWED, seconds=WARM_UP_S)
        await stand.load(ceiling, bare, marker=b"CARD", seconds=WARM_UP_S)
        samples, beside = await in_turns(
            stand.rounds,
            lambda: stand.load(api, ours, marker=ALLOWED),
            lambda: stand.load(ceiling, bare, marker=b"CARD"),
        )
    return throughput(
        f"authorize {version}",
        "OCPI real-time authorization, one process",
        samples,
        beside,
        "bare Starlette, one indexed SELECT",
        _BUDGET,
    )
