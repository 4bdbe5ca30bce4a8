"""What does a partner offer: its versions, then the details of the one we share (OCPI Versions module)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urljoin

from msgspec.structs import replace

from roamgrid.kernel.errors import DomainError
from roamgrid.ocpi.connections.model import AsRole, Endpoint, InterfaceRole, Side
from roamgrid.ocpi.handshake.choice import highest_common
from roamgrid.ocpi.handshake.errors import EndpointsMissing, PeerUnusable, TokenNotTaken
from roamgrid.ocpi.handshake.peer import Peer
from roamgrid.ocpi.handshake.their_side import is_web_address
from roamgrid.ocpi.outbound.errors import PartnerRefused
from roamgrid.ocpi.wire.common.links import join
from roamgrid.ocpi.wire.common.versions import VersionDetails, VersionEndpoint, read_version_details, read_versions

CREDENTIALS = "credentials"
_UNAUTHORIZED = frozenset({401, 403})
"""Platforms from before the correction of 2.1.1 answer 403 (issue 148)."""
_SENDER, _RECEIVER = InterfaceRole.SENDER, InterfaceRole.RECEIVER

_CALLED: Mapping[Side, Mapping[str, InterfaceRole]] = {
    Side.EMSP: {
        "locations": _SENDER,
        "tariffs": _SENDER,
        "sessions": _SENDER,
        "cdrs": _SENDER,
        "tokens": _RECEIVER,
        "commands": _RECEIVER,
        "chargingprofiles": _RECEIVER,
        "hubclientinfo": _SENDER,
        "bookings": _SENDER,
    },
    Side.CPO: {
        "locations": _RECEIVER,
        "tariffs": _RECEIVER,
        "sessions": _RECEIVER,
        "cdrs": _RECEIVER,
        "tokens": _SENDER,
        "commands": _SENDER,
        "chargingprofiles": _SENDER,
        "hubclientinfo": _SENDER,
        "bookings": _RECEIVER,
    },
}
"""The half of each module that we call on a partner, by what we are to it. All but credentials are optional; a partner without
any is no use. Where a version tells no roles, a module is this half."""


@dataclass(frozen=True, slots=True)
class Address:
    """A version that both speak, and where the partner describes it."""

    version: str
    url: str


@dataclass(frozen=True, slots=True)
class Offer:
    """A partner's endpoints in the version that we share."""

    version: str
    endpoints: tuple[Endpoint, ...]

    @property
    def credentials_url(self) -> str:
        return next(item.url for item in self.endpoints if item.module == CREDENTIALS)


async def find_version(peer: Peer, versions_url: str, ours: Sequence[str]) -> Address:
    """The highest of `ours` (the oldest first) that the partner has. Raises `PeerUnusable` (3001), `NoCommonVersion` (3002)."""
    return Address(*highest_common(_versions(await _fetch(peer, versions_url), versions_url), ours))


async def read_offer(peer: Peer, address: Address, as_role: AsRole, unlisted: Sequence[str] = ()) -> Offer:
    """`unlisted`: modules that the partner serves below its details without saying so (issue 403). Addresses without a host
    are taken against that of the details (issue 65).

    Raises `PeerUnusable` (3001) or `EndpointsMissing` (3003)."""
    details = _details(await _fetch(peer, address.url), address.url)
    listed = [replace(item, url=urljoin(address.url, item.url)) for item in details.endpoints]
    missing = set(unlisted) - {item.identifier.casefold() for item in listed}
    listed += [VersionEndpoint(module, join(address.url, module), None) for module in sorted(missing)]
    found = dict.fromkeys(endpoint for item in listed for endpoint in _endpoints(item, as_role))
    offer = Offer(address.version, tuple(found))
    if CREDENTIALS not in {item.module for item in offer.endpoints}:
        raise EndpointsMissing("the partner's version details list no credentials endpoint")
    if not any(_is_called(item, as_role) for item in offer.endpoints):
        raise EndpointsMissing(f"the partner's version details list no module that {_as_what(as_role)} can use")
    return offer


def _endpoints(item: VersionEndpoint, as_role: AsRole) -> list[Endpoint]:
    """One line of the partner's details; without a role it is what we would call."""
    module = item.identifier.casefold()
    if item.role:
        return [Endpoint(module, item.role.upper(), item.url)]
    called = [_CALLED[side][module].value for side in as_role.sides if module in _CALLED[side]]
    return [Endpoint(module, role, item.url) for role in called or [""]]


def _is_called(item: Endpoint, as_role: AsRole) -> bool:
    return any(_CALLED[side].get(item.module) == item.role for side in as_role.sides)


def _as_what(as_role: AsRole) -> str:
    return {AsRole.EMSP: "a service provider", AsRole.CPO: "an operator"}.get(as_role, "a service provider or an operator")


def _versions(data: bytes, url: str) -> dict[str, str]:
    """Version to address of its details. Raises `PeerUnusable`."""
    try:
        return {item.version: urljoin(url, item.url) for item in read_versions(data).value}
    except DomainError as error:
        raise PeerUnusable(f"{url}: {error.message}") from error


async def _fetch(peer: Peer, url: str) -> bytes:
    if not is_web_address(url):
        raise PeerUnusable(f"{url!r} is not an absolute http(s) address")
    try:
        data = await peer.call("GET", url)
    except PartnerRefused as error:
        failure = TokenNotTaken if error.http in _UNAUTHORIZED else PeerUnusable
        raise failure(f"GET {url}: {error.message}") from error
    except DomainError as error:
        raise PeerUnusable(f"GET {url}: {error.message}") from error
    if data is None:
        raise PeerUnusable(f"GET {url}: the answer has no data")
    return data


def _details(data: bytes, url: str) -> VersionDetails:
    try:
        return read_version_details(data).value
    except DomainError as error:
        raise PeerUnusable(f"{url}: {error.message}") from error
