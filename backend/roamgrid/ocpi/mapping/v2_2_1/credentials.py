"""Credentials: both ways (OCPI 2.2.1, Credentials module)."""

from collections.abc import Iterable

from roamgrid.canonical.party import Party, PartyId, Role
from roamgrid.ocpi.wire.v2_2_1 import credentials as wire

_ROLES = {role.value: role for role in Role}


def parties(read: wire.Credentials) -> tuple[Party, ...]:
    """Each company in each of its roles; a role that this version does not know is OTHER."""
    return tuple(
        Party(
            id=PartyId.of(role.country_code, role.party_id),
            role=_ROLES.get(role.role, Role.OTHER),
            name=role.business_details.name,
            website=role.business_details.website,
        )
        for role in read.roles
    )


def write_credentials(token: str, versions_url: str, roles: Iterable[Party]) -> dict[str, object]:
    """Our side of a handshake; the token travels unencoded here."""
    return {"token": token, "url": versions_url, "roles": [_role(party) for party in roles]}


def _role(party: Party) -> dict[str, object]:
    details = {"name": party.name} if party.website is None else {"name": party.name, "website": party.website}
    return {
        "role": party.role.value,
        "business_details": details,
        "party_id": party.id.party_id,
        "country_code": party.id.country_code,
    }
