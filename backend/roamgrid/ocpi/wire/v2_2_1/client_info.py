"""A party behind a hub, and whether it can be reached (OCPI 2.2.1, Hub Client Info module)."""

from typing import Annotated

from roamgrid.ocpi.wire.common.declare import CountryCode, DateTime, Enumeration, PartyCode, WireObject
from roamgrid.ocpi.wire.v2_2_1.enums import Role

ConnectionStatus = Annotated[str, Enumeration("ConnectionStatus", "CONNECTED OFFLINE PLANNED SUSPENDED")]


class ClientInfo(WireObject, frozen=True):
    """One role of one party."""

    party_id: PartyCode
    country_code: CountryCode
    role: Role
    status: ConnectionStatus
    last_updated: DateTime
