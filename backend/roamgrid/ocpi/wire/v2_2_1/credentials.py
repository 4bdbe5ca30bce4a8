"""Credentials (OCPI 2.2.1, Credentials module)."""

from typing import Annotated

from roamgrid.ocpi.wire.common.declare import PLUS, CountryCode, PartyCode, Text64, Url, WireObject
from roamgrid.ocpi.wire.v2_2_1.enums import Role
from roamgrid.ocpi.wire.v2_2_1.types import BusinessDetails


class CredentialsRole(WireObject, frozen=True):
    """One company in one role."""

    role: Role
    business_details: BusinessDetails
    party_id: PartyCode
    country_code: CountryCode


class Credentials(WireObject, frozen=True):
    """The token with which the receiver may call, where to begin, and who stands behind it. The token is not encoded here."""

    token: Text64
    url: Url
    roles: Annotated[tuple[CredentialsRole, ...], PLUS]
