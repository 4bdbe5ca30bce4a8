"""The URL says which object a push is about; the body must say the same (OCPI 2.2.1, Client owned object push)."""

from roamgrid.canonical.party import PartyId
from roamgrid.ocpi.inbound.errors import invalid


def require_same_party(in_url: PartyId, in_body: PartyId) -> None:
    """Raises `Refused` (2001) naming the field."""
    if in_body.country_code != in_url.country_code:
        raise invalid("/country_code", f"is {in_body.country_code}, but {in_url.country_code} in the URL")
    if in_body.party_id != in_url.party_id:
        raise invalid("/party_id", f"is {in_body.party_id}, but {in_url.party_id} in the URL")


def require_same_id(field: str, in_url: str, in_body: object) -> None:
    """Ids compare without case. Raises `Refused` (2001) naming the field."""
    if not isinstance(in_body, str) or in_body.casefold() != in_url.casefold():
        raise invalid(field, f"is {in_body}, but {in_url} in the URL")
