"""CDRs that were never sent before, and the sessions that they end."""

from roamgrid.cli.bench.bodies import cdr_posts, session
from roamgrid.cli.bench.world import Brand
from roamgrid.core.sessions import service as sessions
from roamgrid.kernel import json
from roamgrid.ocpi import kinds
from roamgrid.ocpi.adapter import adapter_for
from roamgrid.tenancy.database import Database


async def batches(database: Database, brands: tuple[Brand, ...], rounds: int, count: int) -> list[list[bytes]]:
    """Requests of so many rounds, the brands taking turns; afterwards their sessions are stored."""
    made = []
    for number in range(rounds):
        ids = [f"CDR{number:03}-{at:06}" for at in range(count // len(brands))]
        for brand in brands:
            await _store_sessions(database, brand, ids)
        pairs = zip(*(cdr_posts(brand, ids) for brand in brands), strict=True)
        made.append([one for pair in pairs for one in pair])
    return made


async def _store_sessions(database: Database, brand: Brand, ids: list[str]) -> None:
    adapter = adapter_for(brand.connection.version, brand.connection.dialect)
    async with database.work(brand.ctx) as work:
        for id_ in ids:
            raw = json.dumps(session(brand, id_))
            await sessions.put(work, brand.connection.id, adapter.read(kinds.SESSION, raw).value, raw)
