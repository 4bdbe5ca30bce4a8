"""How settling stops short of a bill. Caught inside the room, where it becomes a disposition."""

from roamgrid.kernel.errors import DomainError
from roamgrid.settlement.settle.models import Reason, State


class NotBillable(DomainError):
    """The CDR is not billed; `state` and `reason` go on record."""

    code = "CDR_NOT_BILLABLE"
    hint = "Read the disposition of the CDR."

    def __init__(self, state: State, reason: Reason, message: str) -> None:
        super().__init__(message)
        self.state = state
        self.reason = reason
