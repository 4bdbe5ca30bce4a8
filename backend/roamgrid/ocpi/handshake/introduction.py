"""Look at a partner before anything is promised: which version, which endpoints."""

from dataclasses import dataclass, replace

from roamgrid.ocpi.connections.model import Connection
from roamgrid.ocpi.dialects.dialect import dialect
from roamgrid.ocpi.handshake.discovery import Address, Offer, find_version, read_offer
from roamgrid.ocpi.handshake.errors import TokenNotTaken
from roamgrid.ocpi.handshake.peer import OpenPeer


@dataclass(frozen=True, slots=True)
class Introduction:
    """Reads versions and details with the token that `connection` holds."""

    open_peer: OpenPeer

    async def meet(self, connection: Connection, versions_url: str, ours: tuple[str, ...]) -> Offer:
        """Raises `PeerUnusable` (3001), `NoCommonVersion` (3002) or `EndpointsMissing` (3003).

        The details are asked for as the chosen version wants the token, so that a wrong dialect shows now and not later.
        """
        address = await self._version(connection, versions_url, ours)
        async with self.open_peer(replace(connection, version=address.version)) as peer:
            unlisted = dialect(connection.dialect, address.version).unlisted_endpoints
            return await read_offer(peer, address, connection.as_role, unlisted)

    async def _version(self, connection: Connection, versions_url: str, ours: tuple[str, ...]) -> Address:
        """Before the version is known nobody knows how the token is written: the newest version's way is tried first."""
        ways = {dialect(connection.dialect, version).token_encoding: version for version in ours}
        *others, last = sorted(ways.values(), key=ours.index, reverse=True)
        for version in others:
            try:
                return await self._ask(replace(connection, version=version), versions_url, ours)
            except TokenNotTaken:
                continue
        return await self._ask(replace(connection, version=last), versions_url, ours)

    async def _ask(self, connection: Connection, versions_url: str, ours: tuple[str, ...]) -> Address:
        async with self.open_peer(connection) as peer:
            return await find_version(peer, versions_url, ours)
