"""Session push, one process: the hottest write."""

from roamgrid.cli.bench.bodies import SUCCESS, session_pushes
from roamgrid.cli.bench.figures import Better, Budget, Figure
from roamgrid.cli.bench.lines.compared import throughput
from roamgrid.cli.bench.load.http import request
from roamgrid.cli.bench.processes import Server
from roamgrid.cli.bench.rounds import in_turns
from roamgrid.cli.bench.stand import WARM_UP_S, Sample, Stand
from roamgrid.ocpi.versions import SPEECHES

SESSIONS = 500
_OUTBOX = "platform.outbox"
_BUDGET = Budget(0.5, Better.HIGHER)


async def measure(stand: Stand) -> list[Figure]:
    """In every version: 500 running sessions, half of each brand, reported over and over. No worker runs: only intake is
    measured."""
    return [await _measure(stand, version) for version in SPEECHES]


async def _measure(stand: Stand, version: str) -> Figure:
    ids = [f"SESSION{number:06}" for number in range(SESSIONS // len(stand.brands))]
    pairs = zip(*(session_pushes(brand.speaking(version), ids) for brand in stand.brands), strict=True)
    ours = [one for pair in pairs for one in pair]
    body = ours[0].partition(b"\r\n\r\n")[2]
    headers = {"Content-Type": "application/json"}
    bare = [request("PUT", f"/session/BARE{number:06}", headers, body) for number in range(SESSIONS)]
    ctx = stand.brands[0].ctx

    async def sample(target: Server, requests: list[bytes]) -> Sample:
        await stand.truncate(_OUTBOX)
        return await stand.load(target, requests, marker=SUCCESS)

    async with stand.api() as api, stand.ceiling("bare", ctx.binding.schema, ctx.tenant) as ceiling:
        await stand.load(api, ours, marker=SUCCESS, seconds=WARM_UP_S)
        await stand.load(ceiling, bare, marker=SUCCESS, seconds=WARM_UP_S)
        samples, beside = await in_turns(stand.rounds, lambda: sample(api, ours), lambda: sample(ceiling, bare))
    await stand.truncate(_OUTBOX)
    return throughput(
        f"sessions {version}",
        "session push (PUT), one process, 500 sessions",
        samples,
        beside,
        "bare Starlette, upsert and outbox row in one pipeline",
        _BUDGET,
    )
