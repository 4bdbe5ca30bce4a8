"""What does a partner offer: its versions, then the details of the one we share (OCPI 2.2.1, Versions module)."""

from dataclasses import dataclass

from roamgrid.kernel.errors import DomainError
from roamgrid.ocpi.connections.model import Endpoint, InterfaceRole
from roamgrid.ocpi.handshake.addresses import VERSION
from roamgrid.ocpi.handshake.errors import EndpointsMissing, NoCommonVersion, PeerUnusable
from roamgrid.ocpi.handshake.peer import Peer
from roamgrid.ocpi.handshake.their_side import is_web_address
from roamgrid.ocpi.wire.common.versions import VersionDetails, read_version_details, read_versions

CREDENTIALS = "credentials"

_USABLE = {
    ("locations", InterfaceRole.SENDER),
    ("tariffs", InterfaceRole.SENDER),
    ("sessions", InterfaceRole.SENDER),
    ("cdrs", InterfaceRole.SENDER),
    ("tokens", InterfaceRole.RECEIVER),
    ("commands", InterfaceRole.RECEIVER),
}
"""The halves of modules that a service provider calls. All but credentials are optional; a partner without any is no use."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A partner's endpoints in the version that we share."""

    version: str
    endpoints: tuple[Endpoint, ...]

    @property
    def credentials_url(self) -> str:
        return next(item.url for item in self.endpoints if item.module == CREDENTIALS)


async def discover(peer: Peer, versions_url: str) -> Offer:
    """Raises `PeerUnusable` (3001), `NoCommonVersion` (3002) or `EndpointsMissing` (3003)."""
    versions = _versions(await _fetch(peer, versions_url), versions_url)
    details_url = versions.get(VERSION)
    if details_url is None:
        raise NoCommonVersion(f"the partner offers {', '.join(sorted(versions)) or 'no version at all'}, we speak {VERSION}")
    details = _details(await _fetch(peer, details_url), details_url)
    offer = Offer(VERSION, tuple(dict.fromkeys(_endpoint(item.identifier, item.role, item.url) for item in details.endpoints)))
    modules = {(item.module, item.role) for item in offer.endpoints}
    if CREDENTIALS not in {module for module, _ in modules}:
        raise EndpointsMissing("the partner's version details list no credentials endpoint")
    if not modules & _USABLE:
        raise EndpointsMissing("the partner's version details list no module that a service provider can use")
    return offer


def _versions(data: bytes, url: str) -> dict[str, str]:
    """Version to address of its details. Raises `PeerUnusable`."""
    try:
        return {item.version: item.url for item in read_versions(data).value}
    except DomainError as error:
        raise PeerUnusable(f"{url}: {error.message}") from error


async def _fetch(peer: Peer, url: str) -> bytes:
    if not is_web_address(url):
        raise PeerUnusable(f"{url!r} is not an absolute http(s) address")
    try:
        data = await peer.call("GET", url)
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


def _endpoint(module: str, role: str | None, url: str) -> Endpoint:
    return Endpoint(module.casefold(), (role or "").upper(), url)
