"""Who asks whom about our stations (OCPI 2.2.1, Message Routing; 2.1.1 leaves it to the connection)."""

from roamgrid.canonical.party import PartyId
from roamgrid.ocpi.inbound.answer import INVALID_PARAMETERS
from roamgrid.ocpi.inbound.errors import OcpiError
from roamgrid.ocpi.inbound.request import Call
from roamgrid.ocpi.inbound.routing import addressed_party, asking_party
from roamgrid.ocpi.publishing import operated
from roamgrid.ocpi.wire.common.links import is_callable


def our_operators(call: Call) -> list[PartyId]:
    """The parties of ours that a call may be about: the one that it names, else all under which we operate."""
    ours = operated(call.request.tenant)
    named = addressed_party(call)
    return [named] if named is not None and named in ours else ours


def asker(call: Call) -> PartyId | None:
    """The party that asks; None where neither the headers nor the connection says."""
    return asking_party(call) or call.connection.only_party


def require_callable(url: str) -> None:
    """Raises `OcpiError` 2001: an outcome could never be told there."""
    if not is_callable(url):
        raise OcpiError(INVALID_PARAMETERS, "/response_url: is no address that can be called")
