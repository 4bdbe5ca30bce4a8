"""Which billing stream a charge belongs to. Pure; the first rule that holds decides."""

from roamgrid.canonical.token import TokenRef, TokenType
from roamgrid.core.sessions.models import Grant, Stream
from roamgrid.settlement.plans.models import PlanVersion


def classify(grant: Grant | None, token: TokenRef, plan: PlanVersion) -> Stream:
    """The stream that the grant was given for; a token made for one purchase is ad hoc; else the plan's stream."""
    if grant is not None:
        return grant.stream
    if token.type == TokenType.AD_HOC_USER:
        return Stream.AD_HOC
    return plan.stream
