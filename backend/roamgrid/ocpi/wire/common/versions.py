"""The versions endpoints, the same in every version (OCPI Versions module)."""

from typing import Annotated

from roamgrid.ocpi.wire.common.compile import list_reader, object_reader
from roamgrid.ocpi.wire.common.declare import OrElse, Text, Url, WireObject
from roamgrid.ocpi.wire.common.deviations import Deviation, Read
from roamgrid.ocpi.wire.common.document import parse


class Version(WireObject, frozen=True):
    """A version that a partner speaks, and where its details are."""

    version: Annotated[str, Text(10)]
    url: Url


class VersionEndpoint(WireObject, frozen=True):
    """One module in one role. 2.1.1 knows no roles."""

    identifier: Annotated[str, Text(64)]
    url: Url
    role: Annotated[str | None, Text(10), OrElse(None)]


class VersionDetails(WireObject, frozen=True):
    """What a partner offers in one version."""

    endpoints: tuple[VersionEndpoint, ...]
    version: Annotated[str | None, Text(10), OrElse(None)]


_versions = list_reader(object_reader(Version, "/*"), "", exact=False, plus=True)
_details = object_reader(VersionDetails)


def read_versions(data: bytes) -> Read[tuple[Version, ...]]:
    """The `data` of the versions endpoint. Raises `Refused`."""
    found: list[Deviation] = []
    return Read(_versions(parse(data, found), found), tuple(found))


def read_version_details(data: bytes) -> Read[VersionDetails]:
    """The `data` of a version's details. Raises `Refused`."""
    found: list[Deviation] = []
    return Read(_details(parse(data, found), found), tuple(found))
