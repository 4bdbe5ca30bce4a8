"""The charge follows command, session and settlement."""

from uuid import UUID

from roamgrid.bus.events import Delivery
from roamgrid.bus.subscriptions import Subscription
from roamgrid.core.commands import repository as commands
from roamgrid.core.sessions import service as sessions
from roamgrid.extensions import Registry
from roamgrid.products.driver_app.charges.progress import advance
from roamgrid.settlement.settle import repository as dispositions
from roamgrid.tenancy.database import OrmWork


def subscriptions(registry: Registry) -> list[Subscription]:
    """The driver app's subscriptions."""

    async def follow_command(work: OrmWork, delivery: Delivery) -> None:
        command = await commands.get(work, UUID(delivery.event.payload["command"]))
        await _advance(work, command.authorization_reference if command else None)

    async def follow_session(work: OrmWork, delivery: Delivery) -> None:
        session = await sessions.get(work, UUID(delivery.event.payload["session"]))
        await _advance(work, session.authorization_reference if session else None)

    async def follow_settlement(work: OrmWork, delivery: Delivery) -> None:
        disposition = await dispositions.get(work, UUID(delivery.event.payload["cdr"]))
        await _advance(work, disposition.authorization_reference if disposition else None)

    async def _advance(work: OrmWork, reference: str | None) -> None:
        if reference is not None:
            await advance(work, registry, reference)

    return [
        Subscription.handler("charges.follow_command", "command.changed.v1", follow_command),
        Subscription.handler("charges.follow_session", "session.updated.v1", follow_session),
        Subscription.handler("charges.follow_settlement", "cdr.settled.v1", follow_settlement),
    ]
