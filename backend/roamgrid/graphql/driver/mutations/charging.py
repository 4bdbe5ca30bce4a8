"""Start and stop a session."""

from typing import Annotated

import strawberry

from roamgrid.graphql.common.nodes import BadId, uuid_key
from roamgrid.graphql.driver.context import DriverInfo
from roamgrid.graphql.driver.errors import (
    CommandRejectedError,
    ConnectorGoneError,
    NotChargingError,
    OfferExpiredError,
    OfferNotFoundError,
    OfferNotLawfulError,
    PartnerUnavailableError,
    PaymentDeclinedError,
    PaymentMethodMissingError,
    PriceUnknownError,
    ServiceUnavailableError,
    SessionNotFoundError,
    UnauthenticatedError,
)
from roamgrid.graphql.driver.types.session import Session
from roamgrid.products.driver_app.charges.errors import ChargeNotFound


@strawberry.input
class StartSessionInput:
    offer_id: strawberry.ID


@strawberry.type
class StartSessionPayload:
    """The operator took the request. The station's answer shows in the session: subscribe to it."""

    session: Session


StartSessionResult = Annotated[
    StartSessionPayload
    | UnauthenticatedError
    | OfferNotFoundError
    | OfferExpiredError
    | PriceUnknownError
    | OfferNotLawfulError
    | ConnectorGoneError
    | PaymentDeclinedError
    | PaymentMethodMissingError
    | PartnerUnavailableError
    | CommandRejectedError
    | ServiceUnavailableError,
    strawberry.union("StartSessionResult"),
]


@strawberry.input
class StopSessionInput:
    session_id: strawberry.ID


@strawberry.type
class StopSessionPayload:
    """The operator took the request; the session shows when it ended."""

    session: Session


StopSessionResult = Annotated[
    StopSessionPayload
    | UnauthenticatedError
    | SessionNotFoundError
    | NotChargingError
    | PartnerUnavailableError
    | CommandRejectedError,
    strawberry.union("StopSessionResult"),
]


@strawberry.type
class ChargingMutations:
    @strawberry.mutation
    async def start_session(self, info: DriverInfo, input: StartSessionInput) -> StartSessionResult:
        """Take an offer and start charging. The same offer again returns the same session."""
        context = info.context
        charge = await context.services.charges.start(
            context.ctx, context.tenant.declaration, context.require_driver(), input.offer_id
        )
        return StartSessionPayload(session=Session.of(charge))

    @strawberry.mutation
    async def stop_session(self, info: DriverInfo, input: StopSessionInput) -> StopSessionResult:
        """Ask the station to stop."""
        context = info.context
        driver = context.require_driver()
        try:
            charge_id = uuid_key(input.session_id, "Session")
        except BadId:
            raise ChargeNotFound("there is no such session", field="sessionId") from None
        return StopSessionPayload(session=Session.of(await context.services.charges.stop(context.ctx, driver, charge_id)))
