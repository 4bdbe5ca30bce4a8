"""The product's own pull over a partner that answers from memory: everything but the network."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from time import perf_counter

import httpx

from roamgrid.cli.bench.network import Network, pages
from roamgrid.cli.bench.stand import NotAsExpected
from roamgrid.cli.bench.world import Brand
from roamgrid.ocpi.adapter import adapter_for
from roamgrid.ocpi.connections.model import Connection, Endpoint, InterfaceRole
from roamgrid.ocpi.outbound.bulkhead import Bulkhead, Limits
from roamgrid.ocpi.outbound.client import PartnerClient
from roamgrid.ocpi.outbound.clients import ANY_ADDRESS, PartnerClients
from roamgrid.ocpi.outbound.pull import PullService
from roamgrid.ocpi.outbound.report import PullReport
from roamgrid.tenancy.context import TenantContext
from roamgrid.tenancy.database import Database
from roamgrid.tenancy.directory import Directory

_BASE = "http://partner.example"
_MODULES = ("tariffs", "locations")


@dataclass(frozen=True, slots=True)
class Pulled:
    """`stored_s`: until all of it can be found; `sync_s`: until the sync has also looked it over as a whole."""

    report: PullReport
    sync_s: float

    @property
    def stored_s(self) -> float:
        return sum(module.seconds for module in self.report.modules)

    @property
    def refused(self) -> int:
        return sum(module.refused for module in self.report.modules)


class InMemoryPull:
    """Full pulls of one network into one brand's store."""

    def __init__(self, database: Database, brand: Brand, network: Network) -> None:
        size = adapter_for(brand.connection.version, brand.connection.dialect).dialect.page_size
        self._pages = {f"/{name}": pages(getattr(network, name), size) for name in _MODULES}
        self._objects = len(network.locations) + len(network.tariffs)
        self._service = PullService(database, _Partner(self._pages), Directory(database))
        self._ctx = brand.ctx
        self._connection = replace(
            brand.connection, endpoints=tuple(Endpoint(name, InterfaceRole.SENDER, f"{_BASE}/{name}") for name in _MODULES)
        )

    async def run(self) -> Pulled:
        """Raises `NotAsExpected` when a module failed or objects were lost: such a feed is fast."""
        began = perf_counter()
        report = await self._service.sync(self._ctx, self._connection, full=True)
        took = perf_counter() - began
        shown = sum(module.objects for module in report.modules)
        if not report.succeeded or shown != self._objects:
            errors = [module.error for module in report.modules if module.error]
            raise NotAsExpected(f"{shown} of {self._objects} objects were pulled: {errors}")
        return Pulled(report, took)


class _Partner(PartnerClients):
    """A partner whose lists are bodies in memory."""

    def __init__(self, lists: Mapping[str, list[bytes]]) -> None:
        super().__init__(ANY_ADDRESS)
        self._lists = lists

    def of(self, connection: Connection, ctx: TenantContext) -> PartnerClient:
        http = httpx.AsyncClient(transport=httpx.MockTransport(self._answer))
        return PartnerClient(http, "Token none", Bulkhead(connection.name, Limits(per_second=1_000_000)), lambda *_: None)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        bodies, number = self._lists[request.url.path], int(request.url.params.get("page", "0"))
        further = f'<{_BASE}{request.url.path}?page={number + 1}>; rel="next"' if number + 1 < len(bodies) else None
        headers = {"Content-Type": "application/json"} | ({"Link": further} if further else {})
        return httpx.Response(200, headers=headers, content=bodies[number])
