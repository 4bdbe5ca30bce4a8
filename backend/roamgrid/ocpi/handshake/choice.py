"""Which version two platforms speak: what we offer a partner, and the highest that both have."""

from collections.abc import Mapping, Sequence

from roamgrid.ocpi.adapter import adapter_for
from roamgrid.ocpi.connections.model import AsRole, Connection
from roamgrid.ocpi.dialects.dialect import dialect
from roamgrid.ocpi.handshake.errors import NoCommonVersion, VersionSaysNoRoles
from roamgrid.ocpi.versions import SPEECHES

NEWEST = tuple(SPEECHES)[-1]

_SPELLINGS = {"2.1": "2.1.1"}
"""What some partners call a version (issue 143). 2.0, the real 2.1 and 2.2 are nothing that we speak."""


def offered(connection: Connection, other_version: str | None = None) -> tuple[str, ...]:
    """The versions that a partner may choose from, the oldest first.

    A pinned connection has one, and while it is moved the other one besides. A version that says no roles cannot say that we
    are both sides.
    """
    if connection.pinned:
        chosen = {connection.version, other_version}
        return tuple(version for version in SPEECHES if version in chosen)
    return tuple(version for version in SPEECHES if can_say(version, connection.dialect, connection.as_role))


def can_say(version: str, dialect_name: str, as_role: AsRole) -> bool:
    """Whether a platform can be what we are to the partner in that version."""
    return as_role is not AsRole.BOTH or dialect(dialect_name, version).interface_roles


def require_sayable(version: str, dialect_name: str, as_role: AsRole) -> None:
    """Raises `UnsupportedVersion`, `UnknownDialect` or `VersionSaysNoRoles`."""
    adapter_for(version, dialect_name)
    if not can_say(version, dialect_name, as_role):
        raise VersionSaysNoRoles(f"OCPI {version} cannot say that we are {as_role}", field="as_role")


def highest_common(theirs: Mapping[str, str], ours: Sequence[str]) -> tuple[str, str]:
    """The version and the partner's address of its details. Raises `NoCommonVersion` (3002)."""
    meant = {_SPELLINGS.get(version, version): url for version, url in theirs.items()} | dict(theirs)
    for version in reversed(ours):
        if version in meant:
            return version, meant[version]
    offer = ", ".join(sorted(theirs)) or "no version at all"
    raise NoCommonVersion(f"the partner offers {offer}, we speak {', '.join(ours)} with it")
