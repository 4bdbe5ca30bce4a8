"""What a handshake needs of an HTTP client."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol

from roamgrid.ocpi.connections.model import Connection


class Peer(Protocol):
    """One partner's API, opened with `connection.their_token`."""

    async def call(self, method: str, url: str, body: Any = None) -> bytes | None:
        """The envelope's data, verbatim JSON.

        Raises `PartnerUnavailable` when no OCPI answer comes, `PartnerRefused` when it is no success.
        """
        ...


OpenPeer = Callable[[Connection], AbstractAsyncContextManager[Peer]]
"""A client for a connection as it stands in the middle of a handshake; closed afterwards."""
