"""Stations' words go to the partners that asked: each once, tried again until the partner took it or refused it."""

from uuid import UUID

from roamgrid.bus.events import Delivery
from roamgrid.bus.subscriptions import Subscription
from roamgrid.canonical.party import PartyId, SourceId
from roamgrid.core.charging_profiles import service as profiles
from roamgrid.core.operator import demands
from roamgrid.core.operator.ports import OutcomeTeller
from roamgrid.tenancy.context import TenantContext
from roamgrid.tenancy.database import Database


def subscriptions(database: Database, teller: OutcomeTeller) -> list[Subscription]:
    """The subscriptions about partners' demands."""

    async def tell(ctx: TenantContext, delivery: Delivery) -> None:
        demand, number = UUID(delivery.event.payload["demand"]), int(delivery.event.payload["number"])
        async with database.work(ctx) as work:
            outcome = await demands.get_outcome(work, demand, number)
        if outcome is None or outcome.told:
            return
        refused = await teller.tell(ctx, outcome)
        async with database.work(ctx) as work:
            await demands.told(work, demand, number, refused)

    async def tell_plan(ctx: TenantContext, delivery: Delivery) -> None:
        said = delivery.event.payload
        source, operator = SourceId(UUID(said["source"])), PartyId(said["country_code"], said["party_id"])
        async with database.work(ctx) as work:
            demand = await demands.profiled(work, source, said["session"])
            plan = await profiles.active(work, operator, said["session"])
        if demand is not None and plan is not None:
            await teller.tell_plan(ctx, demand, plan)

    return [
        Subscription.effect("operator.tell_outcome", "operator.outcome.v1", tell),
        Subscription.effect("operator.tell_plan", "profile.active.v1", tell_plan),
    ]
