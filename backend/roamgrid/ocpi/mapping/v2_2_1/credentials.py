"""Credentials: both ways (OCPI 2.2.1, Credentials module)."""

from roamgrid.canonical.party import Party, PartyId, Role
from roamgrid.ocpi.speech import Document, Losses, Ways
from roamgrid.ocpi.values import Credentials
from roamgrid.ocpi.wire.v2_2_1 import credentials as wire

_ROLES = {role.value: role for role in Role}


def credentials(read: wire.Credentials) -> Credentials:
    """A hub says so by its role."""
    roles = tuple(_party(role) for role in read.roles)
    hub = next((party.id for party in roles if party.role is Role.HUB), None)
    return Credentials(read.token, read.url, roles, hub)


def write_credentials(value: Credentials, ways: Ways, losses: Losses) -> Document:
    """The token travels unencoded here. A platform that is a hub says so by a role HUB, named like its other roles."""
    roles = value.roles
    if value.hub is not None and all(party.role is not Role.HUB for party in roles):
        name = next((party.name for party in roles if party.id == value.hub), str(value.hub))
        roles = (*roles, Party(value.hub, Role.HUB, name))
    return {"token": value.token, "url": value.versions_url, "roles": [_role(party) for party in roles]}


def _party(role: wire.CredentialsRole) -> Party:
    """A role that this version does not know is OTHER."""
    return Party(
        id=PartyId.of(role.country_code, role.party_id),
        role=_ROLES.get(role.role, Role.OTHER),
        name=role.business_details.name,
        website=role.business_details.website,
    )


def _role(party: Party) -> Document:
    details = {"name": party.name} if party.website is None else {"name": party.name, "website": party.website}
    return {
        "role": party.role.value,
        "business_details": details,
        "party_id": party.id.party_id,
        "country_code": party.id.country_code,
    }
