"""Routing headers of a call: who asks whom, where several parties share a connection (OCPI 2.2.1, Message Routing).

The token decides the connection; the headers must fit it. What is missing is derived: on a link between two parties nobody
needs them, and without a TO we answer as the party that it concerns (open routing).
"""

from collections.abc import Mapping

from roamgrid.canonical.party import PartyId
from roamgrid.ocpi.inbound.answer import INVALID_PARAMETERS
from roamgrid.ocpi.inbound.errors import OcpiError
from roamgrid.ocpi.inbound.request import Call
from roamgrid.ocpi.publishing import back_end_of
from roamgrid.tenancy.directory import Tenant

_FROM = (b"ocpi-from-country-code", b"ocpi-from-party-id")
_TO = (b"ocpi-to-country-code", b"ocpi-to-party-id")
_ALL = (*_FROM, *_TO)


def routing_headers(headers: Mapping[bytes, bytes]) -> tuple[bytes, ...]:
    """The four as they came; empty when there is none."""
    sent = tuple([headers.get(name, b"") for name in _ALL])
    return sent if any(sent) else ()


def check_routing(call: Call) -> None:
    """Raises `OcpiError`: 2001 for a sender that is not the caller's, 404 with 2001 for a receiver that is none of ours.

    Our own back end addresses our roaming partners, which stand behind us as behind a hub.
    """
    if not call.adapter.dialect.check_routing_headers:
        return
    sender, receiver = _party(call.request.headers, _FROM), _party(call.request.headers, _TO)
    if sender is not None and not call.connection.may_own(sender):
        raise OcpiError(INVALID_PARAMETERS, f"OCPI-from-party-id: {sender} is not one of your roles")
    passed_on = back_end_of(call.request.tenant, call.connection) is not None
    if receiver is not None and not passed_on and receiver not in our_parties(call.request.tenant):
        raise OcpiError(INVALID_PARAMETERS, f"OCPI-to-party-id: {receiver} is not a party of ours", http=404)


def addressed_party(call: Call) -> PartyId | None:
    """The party that the headers name as receiver."""
    return _party(call.request.headers, _TO)


def asking_party(call: Call) -> PartyId | None:
    """The party that the headers name as sender."""
    return _party(call.request.headers, _FROM)


def our_parties(tenant: Tenant) -> list[PartyId]:
    """The parties of the tenant, the one that speaks when nothing else says so first."""
    return [PartyId.of(party.country_code, party.party_id) for party in tenant.declaration.parties]


def answering_headers(
    headers: Mapping[bytes, bytes], tenant: Tenant | None, answered_by: PartyId | None
) -> list[tuple[bytes, bytes]]:
    """Sender and receiver swapped. Nobody addressed: the party that really answered; no headers: none."""
    reply = [(name, headers[asked]) for name, asked in zip(_TO, _FROM, strict=True) if asked in headers]
    if all(name in headers for name in _TO):
        return reply + [(name, headers[asked]) for name, asked in zip(_FROM, _TO, strict=True)]
    if not reply or tenant is None:
        return reply
    party = answered_by or our_parties(tenant)[0]
    return [*reply, (_FROM[0], party.country_code.encode()), (_FROM[1], party.party_id.encode())]


def _party(headers: Mapping[bytes, bytes], names: tuple[bytes, bytes]) -> PartyId | None:
    """None also for half of a pair: it names nobody."""
    country, party = (headers.get(name, b"").strip().decode("latin-1") for name in names)
    return PartyId.of(country, party) if country and party else None
