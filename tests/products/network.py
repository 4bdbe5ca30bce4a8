"""Fill a brand's tables: stations, tariffs, the declared plans, a driver."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from roamgrid.canonical.location import Location
from roamgrid.canonical.tariff import Dimension, PriceComponent, Tariff, TariffElement
from roamgrid.core.locations import service as locations
from roamgrid.core.tariffs import service as tariffs
from roamgrid.identity.access import DriverId
from roamgrid.identity.drivers.models import Driver
from roamgrid.identity.drivers.service import driver_of
from roamgrid.kernel.ids import new_id
from roamgrid.settlement import plans
from roamgrid.tenancy.context import TenantContext
from roamgrid.tenancy.database import Database
from roamgrid.tenancy.declaration import TenantDeclaration, load
from tests import builders
from tests.conftest import ROOT

SECRET = b"a deployment's key for tests only"


def brand_of(ctx: TenantContext) -> TenantDeclaration:
    """What the brand declares."""
    return load(ROOT / "tenants" / ctx.tenant)


def priced(tariff_id: str, *components: tuple[Dimension, str], **changes: Any) -> Tariff:
    """A tariff with one element; prices net, per kWh, hour or session."""
    element = TariffElement(tuple(PriceComponent(dimension, Decimal(price), None, 1) for dimension, price in components))
    return builders.tariff(tariff_id, elements=(element,), **changes)


async def store(database: Database, ctx: TenantContext, sites: Sequence[Location] = (), prices: Sequence[Tariff] = ()) -> None:
    """Store a network and apply the brand's declared plans."""
    async with database.orm(ctx) as work:
        await plans.service.apply(work, brand_of(ctx))
    async with database.work(ctx) as work:
        await locations.apply_page(work, builders.SOURCE, [builders.received(site) for site in sites])
        await tariffs.apply_page(work, builders.SOURCE, [builders.received(price) for price in prices])


async def one(database: Database, ctx: TenantContext, statement: str, **params: object) -> Any:
    """The first row of a statement, as one brand sees it; None: there is none."""
    async with database.work(ctx) as work:
        return await (await work.conn.execute(statement.encode(), params)).fetchone()


async def connector_id(database: Database, ctx: TenantContext, evse_uid: str = "E1") -> int:
    """Our id of the first connector of a charging point."""
    statement = "select c.id from connector c join evse e on e.id = c.evse where e.uid = %(uid)s"
    row = await one(database, ctx, statement, uid=evse_uid)
    return int(row["id"])


async def driver(database: Database, ctx: TenantContext, email: str = "anna@example.org") -> Driver:
    """Somebody with an account."""
    insert = "insert into driver (id, email, email_key, created_at) values (%(id)s, %(email)s, %(email)s, now())"
    key: UUID = new_id()
    async with database.work(ctx) as work:
        await work.conn.execute(insert, {"id": key, "email": email})
        return await driver_of(work, DriverId(key))
