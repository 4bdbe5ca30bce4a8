"""Make offers: for one connector or for a page of stations, always with one statement for all tariffs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from roamgrid.canonical.money import CurrencyCode
from roamgrid.canonical.party import PartyId, SourceId
from roamgrid.canonical.tariff import Tariff
from roamgrid.core.locations import service as locations
from roamgrid.core.locations.models import ConnectorTarget
from roamgrid.core.sessions.models import Stream
from roamgrid.core.tariffs import service as tariffs
from roamgrid.core.tariffs.models import TariffVersion
from roamgrid.extensions import (
    Channel,
    OfferedComponent,
    PriceDisplayRequest,
    PriceDisplayResult,
    PriceUnknown,
    Purchase,
    Registry,
    RulePack,
    UnknownReason,
)
from roamgrid.identity.drivers.models import Driver
from roamgrid.kernel.errors import NotFound
from roamgrid.pricing import components_at, offered
from roamgrid.products.driver_app.offers.models import VALIDITY, Offer, Versions
from roamgrid.settlement import plans, retail
from roamgrid.settlement.plans.models import PlanKind, PlanVersion
from roamgrid.tenancy.database import OrmWork
from roamgrid.tenancy.declaration import TenantDeclaration

_PAID_ON_THE_SPOT = "AD_HOC_PAYMENT"

TariffKey = tuple[SourceId, PartyId, str]


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds for all offers of one request: who asks, on which plan, under which rules, when."""

    plan: PlanVersion
    rules: RulePack
    locale: str
    at: datetime


class OfferService:
    """Offers of all brands. `registry` holds the jurisdiction plugins of this installation."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    async def terms(self, work: OrmWork, declaration: TenantDeclaration, driver: Driver | None) -> Terms:
        """The terms for a driver; for somebody unknown those of the default plan."""
        code = driver.plan_code if driver else None
        plan = await (plans.service.by_code(work, code) if code else plans.service.default(work))
        locale = (driver.locale if driver else None) or declaration.locales[0]
        return Terms(plan, self._registry.resolve(declaration.jurisdictions), locale, work.ctx.clock.now())

    async def offer(self, work: OrmWork, terms: Terms, connector_id: int) -> Offer:
        """The offer for one connector. Raises `NotFound`."""
        target = await locations.connector(work, connector_id)
        if target is None:
            raise NotFound("there is no such connector", field="connector")
        return (await self.offers(work, terms, [target]))[0]

    async def offers(self, work: OrmWork, terms: Terms, targets: Sequence[ConnectorTarget]) -> list[Offer]:
        """One offer per connector, in the order asked; one statement for all their tariffs."""
        wanted = {key for target in targets for key in _keys(target)}
        live = await tariffs.current_many(work, wanted) if wanted else {}
        counter = _Counter(terms)
        return [counter.offer(target, _applicable(terms, target, live)) for target in targets]


class _Counter:
    """Prices a batch: connectors that share tariff, power and place share one calculation."""

    def __init__(self, terms: Terms) -> None:
        self._terms = terms
        self._displays: dict[tuple[object, ...], PriceDisplayResult] = {}

    def offer(self, target: ConnectorTarget, tariff: TariffVersion | None) -> Offer:
        key = (tariff.id if tariff else None, target.max_power_w, target.country, target.time_zone, target.party)
        if key not in self._displays:
            self._displays[key] = _display(self._terms, target, tariff)
        versions = Versions(tariff.id if tariff else None, self._terms.plan.id, self._terms.rules.version)
        currency = _currency(self._terms.plan, tariff)
        return Offer(target, self._displays[key], versions, currency, self._terms.at + VALIDITY)


def _display(terms: Terms, target: ConnectorTarget, tariff: TariffVersion | None) -> PriceDisplayResult:
    request = PriceDisplayRequest(
        price=_price(terms, target, tariff.tariff if tariff else None),
        power_kw=_kilowatts(target),
        country=target.country,
        currency=_currency(terms.plan, tariff),
        channel=Channel.APP,
        as_of=terms.at.date(),
        time_zone=target.time_zone,
        locale=terms.locale,
        purchase=Purchase.AD_HOC if terms.plan.stream is Stream.AD_HOC else Purchase.CONTRACT,
    )
    return terms.rules.display(request)


def _price(terms: Terms, target: ConnectorTarget, tariff: Tariff | None) -> tuple[OfferedComponent, ...] | PriceUnknown:
    wholesale: tuple[OfferedComponent, ...] | PriceUnknown = PriceUnknown(UnknownReason.NO_TARIFF)
    if tariff is not None:
        wholesale = offered(tariff, components_at(tariff, terms.at, target.time_zone, _kilowatts(target)))
    return retail.offer_components(terms.plan, wholesale, target.party)


def _applicable(terms: Terms, target: ConnectorTarget, live: dict[TariffKey, TariffVersion]) -> TariffVersion | None:
    """The first tariff of the connector that holds now for charges under a contract."""
    found = [live[key] for key in _keys(target) if key in live]
    return next((version for version in found if holds(version.tariff, terms.at)), None)


def holds(tariff: Tariff, at: datetime) -> bool:
    """Whether a tariff is for charges under a contract at that moment."""
    if tariff.type == _PAID_ON_THE_SPOT:
        return False
    return (tariff.valid_from is None or tariff.valid_from <= at) and (tariff.valid_to is None or at < tariff.valid_to)


def _currency(plan: PlanVersion, tariff: TariffVersion | None) -> CurrencyCode:
    if plan.kind is PlanKind.FIXED_PER_KWH or tariff is None:
        return plan.currency
    return tariff.tariff.currency


def _keys(target: ConnectorTarget) -> list[TariffKey]:
    return [(target.source, target.party, tariff_id) for tariff_id in target.tariff_ids]


def _kilowatts(target: ConnectorTarget) -> Decimal | None:
    return Decimal(target.max_power_w) / 1000 if target.max_power_w else None
