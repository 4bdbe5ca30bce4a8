"""Credentials: a hub is named by `hub_party_id`, not by a role (OCPI 2.3.0, Credentials module)."""

from dataclasses import replace

from roamgrid.canonical.party import PartyId, Role
from roamgrid.ocpi.mapping.v2_2_1 import credentials as before
from roamgrid.ocpi.mapping.v2_2_1.present import present
from roamgrid.ocpi.speech import Document, Loss, Losses, Ways
from roamgrid.ocpi.values import Credentials
from roamgrid.ocpi.wire.common.deviations import Code, Deviation
from roamgrid.ocpi.wire.common.scalars import Found
from roamgrid.ocpi.wire.v2_3_0 import credentials as wire

_COUNTRY = 2
_LENGTHS = range(_COUNTRY + 1, 6)


def credentials(read: wire.Credentials, found: Found) -> Credentials:
    """A peer that still says HUB as a role is a hub all the same."""
    value = before.credentials(read)
    return value if read.hub_party_id is None else replace(value, hub=_hub(read.hub_party_id, found) or value.hub)


def write_credentials(value: Credentials, ways: Ways, losses: Losses) -> Document:
    """A role HUB becomes `hub_party_id`; the company behind it has no place."""
    hubs = [party for party in value.roles if party.role is Role.HUB]
    losses += [Loss("/roles/*/business_details", party.name) for party in hubs]
    hub = value.hub or next((party.id for party in hubs), None)
    others = replace(value, hub=None, roles=tuple(party for party in value.roles if party.role is not Role.HUB))
    named = None if hub is None else f"{hub.country_code}{hub.party_id}"
    return before.write_credentials(others, ways, losses) | present(hub_party_id=named)


def _hub(code: str, found: Found) -> PartyId | None:
    if len(code) not in _LENGTHS:
        found.append(Deviation(Code.UNREADABLE, "/hub_party_id", code[:20]))
        return None
    return PartyId.of(code[:_COUNTRY], code[_COUNTRY:])
