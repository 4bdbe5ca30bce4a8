"""Credentials: both ways (OCPI 2.1.1, Credentials module). One party; its role is that of its versions endpoint."""

from roamgrid.canonical.party import Party, PartyId, Role
from roamgrid.kernel.errors import Invalid
from roamgrid.ocpi.mapping.v2_1_1.unsaid import unsaid
from roamgrid.ocpi.speech import Document, Loss, Losses, Ways
from roamgrid.ocpi.values import Credentials
from roamgrid.ocpi.wire.v2_1_1 import credentials as wire


class NoPartyToName(Invalid):
    """Credentials of 2.1.1 are one party's, and there is none."""

    code = "OCPI_NO_PARTY"
    hint = "Declare a party of the tenant, or offer the partner a version after 2.1.1."


def credentials(read: wire.Credentials) -> Credentials:
    """The role is OTHER: it is not said, and follows from what one is to the other."""
    party = Party(
        id=PartyId.of(read.country_code, read.party_id),
        role=Role.OTHER,
        name=read.business_details.name,
        website=read.business_details.website,
    )
    return Credentials(read.token, read.url, (party,))


def write_credentials(value: Credentials, ways: Ways, losses: Losses) -> Document:
    """The first party speaks; others are named as lost. Raises `NoPartyToName`."""
    if not value.roles:
        raise NoPartyToName("2.1.1 credentials need a party", field="/party_id")
    first, *others = value.roles
    losses.extend(Loss("/roles/*/party_id", f"{party.role.value} {party.id}") for party in others)
    unsaid({"/hub_party_id": value.hub}, losses)
    return {
        "token": value.token,
        "url": value.versions_url,
        "business_details": {"name": first.name, **({"website": first.website} if first.website is not None else {})},
        "party_id": first.id.party_id,
        "country_code": first.id.country_code,
    }
