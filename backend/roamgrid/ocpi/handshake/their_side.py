"""A partner's credentials, read strictly: a handshake is the one moment at which a mistake can still be corrected by hand."""

from dataclasses import replace
from urllib.parse import urlsplit

from roamgrid.canonical.party import Party, Role
from roamgrid.ocpi import kinds
from roamgrid.ocpi.adapter import Adapter
from roamgrid.ocpi.connections.model import AsRole
from roamgrid.ocpi.values import Credentials
from roamgrid.ocpi.wire.common.deviations import Refused

_LONGEST_TOKEN = 64


def read_credentials(adapter: Adapter, data: bytes, as_role: AsRole) -> Credentials:
    """In a version that tells no roles the partner is what we are not: `as_role`.

    Raises `Refused` naming the field: without a usable token, address and role nothing else can work.
    """
    theirs = adapter.read(kinds.CREDENTIALS, data).value
    if not (len(theirs.token) <= _LONGEST_TOKEN and all("!" <= character <= "~" for character in theirs.token)):
        raise Refused("/token", f"is not a token of up to {_LONGEST_TOKEN} printable characters without blanks")
    if not is_web_address(theirs.versions_url):
        raise Refused("/url", "is not an absolute http(s) address")
    if not theirs.roles:
        raise Refused("/roles", "holds no role that can be read")
    return theirs if adapter.dialect.interface_roles else replace(theirs, roles=_opposite(theirs.roles, as_role))


def _opposite(roles: tuple[Party, ...], as_role: AsRole) -> tuple[Party, ...]:
    return tuple(replace(party, role=Role(side.other.value)) for party in roles for side in as_role.sides)


def is_web_address(url: str) -> bool:
    """Absolute, over HTTP, and well-formed as far as one can tell without calling it."""
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
