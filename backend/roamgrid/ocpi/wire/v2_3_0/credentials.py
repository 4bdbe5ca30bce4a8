"""Credentials and ClientInfo: a hub is named by `hub_party_id`, not by a role (OCPI 2.3.0, Credentials and HubClientInfo)."""

from typing import Annotated

from roamgrid.ocpi.wire.common.declare import PLUS, Text
from roamgrid.ocpi.wire.v2_2_1 import client_info
from roamgrid.ocpi.wire.v2_2_1 import credentials as before
from roamgrid.ocpi.wire.v2_3_0.enums import Role
from roamgrid.ocpi.wire.v2_3_0.types import BusinessDetails


class CredentialsRole(before.CredentialsRole, frozen=True):
    """One company in one role."""

    role: Role
    business_details: BusinessDetails


class Credentials(before.Credentials, frozen=True):
    """`hub_party_id`: country code and party id of the hub that the platform is; the parties behind it are its roles."""

    roles: Annotated[tuple[CredentialsRole, ...], PLUS]
    hub_party_id: Annotated[str, Text(5, ci=True)] | None = None


class ClientInfo(client_info.ClientInfo, frozen=True):
    """A party behind a hub. A hub itself has no role any more."""

    role: Role
