"""One statement for what a whole page needs. Nothing is remembered between batches: a WebSocket lives long."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import col
from strawberry.dataloader import DataLoader

from roamgrid.core.locations import service as locations
from roamgrid.core.locations.models import ConnectorTarget, EvseRow
from roamgrid.identity.access import DriverId
from roamgrid.identity.drivers.service import driver_of
from roamgrid.products.driver_app.offers.models import Offer
from roamgrid.products.driver_app.offers.service import OfferService
from roamgrid.settlement.receipts import repository as receipts
from roamgrid.settlement.receipts.models import Receipt, ReceiptRow
from roamgrid.tenancy.context import TenantContext
from roamgrid.tenancy.database import Database
from roamgrid.tenancy.declaration import TenantDeclaration


class Loaders:
    """The loaders of one request; they read as one brand and one driver."""

    def __init__(
        self, database: Database, ctx: TenantContext, offers: OfferService, brand: TenantDeclaration, driver: DriverId | None
    ) -> None:
        self._database = database
        self._ctx = ctx
        self._offers = offers
        self._brand = brand
        self._driver = driver
        self.evses: DataLoader[int, list[EvseRow]] = DataLoader(self._load_evses, cache=False)
        self.offers: DataLoader[ConnectorTarget, Offer] = DataLoader(self._load_offers, cache=False)
        self.receipts: DataLoader[UUID, Receipt | None] = DataLoader(self._load_receipts, cache=False)

    async def _load_evses(self, stations: list[int]) -> Sequence[list[EvseRow]]:
        async with self._database.work(self._ctx) as work:
            found = await locations.evses_of(work, stations)
        return [found[station] for station in stations]

    async def _load_offers(self, targets: list[ConnectorTarget]) -> Sequence[Offer]:
        async with self._database.orm(self._ctx) as work:
            driver = await driver_of(work, self._driver) if self._driver else None
            terms = await self._offers.terms(work, self._brand, driver)
            return await self._offers.offers(work, terms, targets)

    async def _load_receipts(self, ids: list[UUID]) -> Sequence[Receipt | None]:
        async with self._database.orm(self._ctx) as work:
            found = await receipts.find(work, col(ReceiptRow.id).in_(ids), limit=len(ids))
        by_id = {receipt.id: receipt for receipt in found}
        return [by_id.get(key) for key in ids]
