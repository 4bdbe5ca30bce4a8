"""What a resolver may reach: one brand, perhaps one driver, the services, and loaders of its own."""

from dataclasses import dataclass, field
from typing import Any

from strawberry.types import Info

from roamgrid.bus.live import LiveStream
from roamgrid.extensions import Registry
from roamgrid.graphql.driver.loaders import Loaders
from roamgrid.identity.access import AccessTokens, DriverId
from roamgrid.identity.drivers.service import SignIn
from roamgrid.kernel.errors import Unauthenticated
from roamgrid.products.driver_app.charges.service import ChargeService
from roamgrid.products.driver_app.offers.seal import OfferSeal
from roamgrid.products.driver_app.offers.service import OfferService
from roamgrid.tenancy.context import TenantContext
from roamgrid.tenancy.database import Database
from roamgrid.tenancy.directory import Directory, Tenant


@dataclass(frozen=True, slots=True)
class DriverServices:
    """The collaborators of the driver schema, the same for all requests of a process."""

    database: Database
    directory: Directory
    live: LiveStream
    access: AccessTokens
    sign_in: SignIn
    registry: Registry
    offers: OfferService
    seal: OfferSeal
    charges: ChargeService


@dataclass(slots=True)
class DriverContext:
    """One request, or one WebSocket connection. `driver` None: nobody signed in."""

    services: DriverServices
    tenant: Tenant
    driver: DriverId | None = None
    connection_params: dict[str, Any] | None = None
    loaders: Loaders = field(init=False)

    def __post_init__(self) -> None:
        self.sign_in_as(self.driver)

    @property
    def ctx(self) -> TenantContext:
        """The database side of the request."""
        return self.tenant.context(f"driver:{self.driver}" if self.driver else "anonymous")

    def sign_in_as(self, driver: DriverId | None) -> None:
        """Act for this driver from now on."""
        self.driver = driver
        self.loaders = Loaders(self.services.database, self.ctx, self.services.offers, self.tenant.declaration, driver)

    def require_driver(self) -> DriverId:
        """Raises `Unauthenticated` when nobody signed in."""
        if self.driver is None:
            raise Unauthenticated("this needs a signed-in driver")
        return self.driver


DriverInfo = Info[DriverContext, None]
