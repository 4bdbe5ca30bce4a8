"""What one version of OCPI looks like on the wire. Everything else in the sandbox is free of versions.

House objects are written as OCPI 2.2.1 does, since its fields are the common ground: 2.1.1 says less, 2.3.0 says it
differently. A shape turns them into documents of its version and reads what peers of that version send.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import msgspec

Json = dict[str, Any]
Version = Literal["2.1.1", "2.2.1", "2.3.0"]
InterfaceRole = Literal["SENDER", "RECEIVER"]
Endpoint = tuple[str, str]
"""A module and the role in which it is played (SENDER or RECEIVER)."""
Owner = tuple[str, str]
"""country_code and party_id."""


class Role(msgspec.Struct):
    """A party that a platform speaks for."""

    role: str
    country_code: str
    party_id: str
    business_details: Json = msgspec.field(default_factory=dict)


class Introduction(msgspec.Struct, kw_only=True):
    """What peers tell about themselves in a handshake; `url` is their versions endpoint."""

    token: str
    url: str
    roles: list[Role]
    hub_party_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """The documents of one version.

    `terms` keeps of a tariff what the version can express: a charge sold over it costs what that says, no more.
    `session` and `cdr` also take the location, reduced to the EVSE and connector in question.
    Readers raise `msgspec.ValidationError` for what does not fit.
    """

    version: Version
    modules: frozenset[str]
    commands: frozenset[str]
    encodes_tokens: bool
    has_routing: bool
    names_owner: bool
    has_credits: bool
    patches_need_date: bool
    location: Callable[[Json], Json]
    evse: Callable[[Json], Json]
    connector: Callable[[Json], Json]
    tariff: Callable[[Json], Json]
    terms: Callable[[Json], Json]
    session: Callable[[Json, Json], Json]
    cdr: Callable[[Json, Json], Json]
    token: Callable[[Json], Json]
    read_token: Callable[[Json, Owner], Json]
    question: Callable[[Json, str], Json]
    response: Callable[[str, str, int], Json]
    result: Callable[[str, str], Json]
    introduce: Callable[[Introduction], Json]
    read_introduction: Callable[[Json, str], Introduction]
    endpoint: Callable[[Endpoint, str], Json]
    read_endpoints: Callable[[list[Json], str], dict[Endpoint, str]]


CPO_MODULES: dict[str, InterfaceRole] = {
    "locations": "SENDER",
    "tariffs": "SENDER",
    "sessions": "SENDER",
    "cdrs": "SENDER",
    "tokens": "RECEIVER",
    "commands": "RECEIVER",
    "chargingprofiles": "RECEIVER",
}
"""The role in which an operator plays each module; a provider plays the other one."""


def other_role(role: InterfaceRole) -> InterfaceRole:
    return "RECEIVER" if role == "SENDER" else "SENDER"
