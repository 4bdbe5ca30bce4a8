"""Start a charge from an offer, stop it, look at it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from roamgrid.canonical.money import Money
from roamgrid.canonical.party import PartyId
from roamgrid.canonical.token import Token
from roamgrid.core.commands.models import StartRequest, StopRequest
from roamgrid.core.commands.service import CommandService
from roamgrid.core.locations.models import ConnectorTarget
from roamgrid.core.sessions import grants
from roamgrid.core.sessions import service as sessions
from roamgrid.core.sessions.models import Grant, Pins, Stream
from roamgrid.core.tokens import service as tokens
from roamgrid.extensions import Registry
from roamgrid.identity.access import DriverId
from roamgrid.kernel.errors import DomainError
from roamgrid.products.driver_app.charges import channels, failures, repository
from roamgrid.products.driver_app.charges.errors import ChargeNotFound, NotCharging
from roamgrid.products.driver_app.charges.models import Charge, Failure, Progress, TakenOffer
from roamgrid.products.driver_app.charges.progress import advance
from roamgrid.products.driver_app.charges.states import ChargeState
from roamgrid.products.driver_app.offers.errors import OfferNotLawful, PriceNotKnown
from roamgrid.products.driver_app.offers.models import SealedOffer
from roamgrid.products.driver_app.offers.seal import OfferSeal
from roamgrid.settlement import plans
from roamgrid.settlement.payments.ports import PaymentProvider
from roamgrid.settlement.payments.service import hold
from roamgrid.settlement.plans.models import PlanVersion
from roamgrid.tenancy.context import TenantContext
from roamgrid.tenancy.database import Database, OrmWork, Work
from roamgrid.tenancy.declaration import TenantDeclaration

_ABANDONED_AFTER = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A charge that is on record. `fresh` False: it was there already, the driver tapped twice.

    `starts`: the channels to try, best first, each with the token that is known there.
    """

    charge: Charge
    fresh: bool
    starts: tuple[tuple[ConnectorTarget, Token], ...]
    hold: Money


@dataclass(frozen=True, slots=True)
class ChargeService:
    """Charges of all brands."""

    database: Database
    seal: OfferSeal
    registry: Registry
    commands: CommandService
    provider: PaymentProvider

    async def start(self, ctx: TenantContext, brand: TenantDeclaration, driver: DriverId, offer_id: str) -> Charge:
        """Take an offer: record it, hold the money, ask the station. The same offer again returns the same charge.

        Raises `OfferNotFound`, `OfferExpired`, `PriceNotKnown`, `OfferNotLawful`, `ConnectorGone` before anything is on
        record; then, recorded with the charge, `PaymentDeclined`, `PaymentMethodMissing`, `PaymentProviderUnavailable`,
        `PartnerUnavailable`, `CommandRejected`.
        """
        offer = self.seal.open(ctx, driver, offer_id, ctx.clock.now())
        _check(offer)
        async with self.database.orm(ctx) as work:
            prepared = await _prepare(work, brand, offer)
        charge = prepared.charge
        if not prepared.fresh:
            return charge
        try:
            await hold(self.database, ctx, self.provider, charge.reference, driver, prepared.hold)
            await self.commands.start(ctx, _request(charge, prepared.starts))
        except DomainError as error:
            await self._advance(ctx, charge, failures.of_error(error))
            raise
        return await self._advance(ctx, charge)

    async def stop(self, ctx: TenantContext, driver: DriverId, charge_id: UUID) -> Charge:
        """Ask the station to stop. Raises `ChargeNotFound`, `NotCharging`, `PartnerUnavailable`, `CommandRejected`."""
        async with self.database.work(ctx) as work:
            charge = await get(work, driver, charge_id)
            session = await sessions.get(work, charge.progress.session) if charge.progress.session else None
            if session is None or charge.progress.state is not ChargeState.CHARGING:
                raise NotCharging(f"the charge is {charge.progress.state}")
            source, *others = await channels.to_stop(work, charge, session)
        request = StopRequest(driver, source, session.party, session.session_id, charge.reference, tuple(others))
        await self.commands.stop(ctx, request)
        return await self._advance(ctx, charge)

    async def reap(self, ctx: TenantContext) -> list[Charge]:
        """Fail the charges whose start was interrupted (a process died) before the station was asked."""
        before = ctx.clock.now() - _ABANDONED_AFTER
        async with self.database.orm(ctx) as work:
            references = await repository.stale(work, before)
            moved = [await advance(work, self.registry, reference) for reference in references]
            lost = [charge for charge in moved if charge is not None and charge.progress.command is None]
            failed = [await advance(work, self.registry, charge.reference, failures.ABANDONED) for charge in lost]
        return [charge for charge in failed if charge is not None]

    async def _advance(self, ctx: TenantContext, charge: Charge, failure: Failure | None = None) -> Charge:
        async with self.database.orm(ctx) as work:
            return await advance(work, self.registry, charge.reference, failure) or charge


async def get(work: Work, driver: DriverId, charge_id: UUID) -> Charge:
    """A charge of this driver. Raises `ChargeNotFound`."""
    charge = await repository.get(work, driver, charge_id)
    if charge is None:
        raise ChargeNotFound("there is no such session")
    return charge


async def page(work: Work, driver: DriverId, limit: int, before: tuple[datetime, UUID] | None) -> list[Charge]:
    """A driver's charges, newest first; `before`: (created_at, id) of the last one seen."""
    return await repository.page(work, driver, limit, before)


def _check(offer: SealedOffer) -> None:
    if offer.price_unknown is not None:
        raise PriceNotKnown("the price of this connector is unknown", field="offerId")
    if not offer.startable:
        raise OfferNotLawful("the price of this connector breaks a rule of its country", field="offerId")


async def _prepare(work: OrmWork, brand: TenantDeclaration, offer: SealedOffer) -> _Prepared:
    """Charge and grant in one transaction: whatever is started can be billed by what was offered."""
    places = await channels.to_start(work, offer)
    plan = await plans.service.version(work, offer.versions.plan)
    party = brand.parties[0]
    issuer = PartyId(party.country_code, party.party_id)
    starts = [(place, await tokens.app_token(work, offer.driver, place.source, issuer, brand.name)) for place in places]
    place, token = starts[0]
    charge = Charge(
        id=offer.id,
        driver=DriverId(offer.driver),
        reference=str(offer.id),
        place=place,
        offer=TakenOffer(offer.versions, offer.shown, offer.valid_until),
        created_at=work.ctx.clock.now(),
        progress=Progress(),
        version=1,
    )
    fresh = await repository.add(work, charge)
    if fresh:
        await grants.add(work, _grant(charge, token, plan))
    known = charge if fresh else await get(work, charge.driver, charge.id)
    return _Prepared(known, fresh, tuple(starts), plan.hold_amount)


def _grant(charge: Charge, token: Token, plan: PlanVersion) -> Grant:
    versions = charge.offer.versions
    return Grant(
        reference=charge.reference,
        source=charge.place.source,
        driver_id=charge.driver,
        token_uid=token.uid,
        stream=Stream(plan.stream),
        pins=Pins(
            plan_version=versions.plan,
            rule_pack=versions.rule_pack,
            tariff_version=versions.tariff,
            offer={"shown": [component.text for component in charge.offer.shown]},
        ),
        created_at=charge.created_at,
    )


def _request(charge: Charge, starts: Sequence[tuple[ConnectorTarget, Token]]) -> StartRequest:
    first, *others = [_start_over(charge, place, token) for place, token in starts]
    return replace(first, otherwise=tuple(others))


def _start_over(charge: Charge, place: ConnectorTarget, token: Token) -> StartRequest:
    return StartRequest(
        driver_id=charge.driver,
        source=place.source,
        operator=place.party,
        location_id=place.location_id,
        evse_uid=place.evse_uid,
        connector_id=place.connector_id,
        token=token,
        authorization_reference=charge.reference,
    )
