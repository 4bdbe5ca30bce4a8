"""Credentials (OCPI 2.1.1, Credentials module)."""

from typing import Annotated

from roamgrid.ocpi.wire.common.declare import Text, Text64, Url, WireObject
from roamgrid.ocpi.wire.v2_2_1.types import BusinessDetails


class Credentials(WireObject, frozen=True):
    """One party; its role is that of the versions endpoint that `url` leads to."""

    token: Text64
    url: Url
    business_details: BusinessDetails
    party_id: Annotated[str, Text(3)]
    country_code: Annotated[str, Text(2)]
