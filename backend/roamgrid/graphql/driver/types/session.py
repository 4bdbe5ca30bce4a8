"""Sessions: a driver's charges, from the start button to the receipt."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

import strawberry

from roamgrid.core.locations.models import ConnectorTarget
from roamgrid.graphql.common.money import Money
from roamgrid.graphql.common.nodes import Node, node_id
from roamgrid.graphql.common.paging import PageInfo
from roamgrid.graphql.driver.context import DriverInfo
from roamgrid.graphql.driver.types.offer import TakenOfferType
from roamgrid.graphql.driver.types.receipt import Receipt
from roamgrid.pricing import VerdictKind
from roamgrid.products.driver_app.charges import models
from roamgrid.products.driver_app.charges.states import ChargeState

strawberry.enum(
    ChargeState, name="SessionState", description="Where a session stands; TIMED_OUT is not FAILED: it can still become LATE."
)


strawberry.enum(VerdictKind, name="CdrVerdict", description="Whether the operator's total agrees with our own calculation.")


@strawberry.type
class ChargePlace:
    """Where the session is or was, as at its start."""

    name: str
    address: str
    city: str
    country: str
    time_zone: str
    operator: str | None
    evse_id: str | None
    connector_id: strawberry.ID
    standard: str
    power_type: str
    max_power_kw: Decimal

    @classmethod
    def of(cls, target: ConnectorTarget) -> "ChargePlace":
        return cls(
            name=target.location_name,
            address=target.address,
            city=target.city,
            country=target.country,
            time_zone=target.time_zone,
            operator=target.operator_name,
            evse_id=target.evse_id,
            connector_id=node_id("Connector", target.id),
            standard=target.standard,
            power_type=target.power_type,
            max_power_kw=Decimal(target.max_power_w) / 1000,
        )


@strawberry.type
class Failure:
    """Why a session did not begin. `code` is stable, `hint` says what to do next."""

    code: str
    message: str
    hint: str


@strawberry.type(description="What the session costs so far, tax included: an estimate until the receipt.")
class RunningCost:
    amount: Decimal
    currency: str
    estimate: bool


@strawberry.type
class SessionCdr:
    """The operator's record of the session and how its total compares with our own calculation."""

    id: str = strawberry.field(description="The operator's id of the record.")
    total: Money = strawberry.field(description="What the operator asks, without tax.")
    verdict: VerdictKind | None = strawberry.field(description="Null: there was nothing to compare.")


@strawberry.type
class Session(Node):
    """One charge of the signed-in driver."""

    receipt_id: strawberry.Private[UUID | None]
    state: ChargeState
    states: list[ChargeState] = strawberry.field(description="All states so far, oldest first.")
    final: bool = strawberry.field(description="Nothing more is expected.")
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    kwh: Decimal
    place: ChargePlace
    offer: TakenOfferType
    running_cost: RunningCost | None
    cdr: SessionCdr | None
    failure: Failure | None

    @strawberry.field
    async def receipt(self, info: DriverInfo) -> Receipt | None:
        if self.receipt_id is None:
            return None
        found = await info.context.loaders.receipts.load(self.receipt_id)
        return Receipt.of(found) if found else None

    @classmethod
    def of(cls, charge: models.Charge) -> "Session":
        progress = charge.progress
        return cls(
            receipt_id=progress.receipt,
            id=node_id("Session", charge.id),
            state=progress.state,
            states=list(progress.states),
            final=progress.final,
            created_at=charge.created_at,
            started_at=progress.started_at,
            ended_at=progress.ended_at,
            kwh=progress.kwh,
            place=ChargePlace.of(charge.place),
            offer=TakenOfferType.of(charge.offer),
            running_cost=_running(progress.running),
            cdr=_cdr(progress.claim),
            failure=_failure(progress.failure),
        )


@strawberry.type
class SessionEdge:
    """A session on a page."""

    cursor: str
    node: Session


@strawberry.type
class SessionConnection:
    """A page of sessions, newest first."""

    edges: list[SessionEdge]
    page_info: PageInfo


def _running(cost: models.RunningCost | None) -> RunningCost | None:
    return RunningCost(amount=cost.gross, currency=cost.currency, estimate=True) if cost else None


def _cdr(claim: models.Claim | None) -> SessionCdr | None:
    return (
        SessionCdr(id=claim.cdr_id, total=Money(amount=claim.net, currency=claim.currency), verdict=claim.verdict)
        if claim
        else None
    )


def _failure(failure: models.Failure | None) -> Failure | None:
    return Failure(code=failure.code, message=failure.message, hint=failure.hint) if failure else None
