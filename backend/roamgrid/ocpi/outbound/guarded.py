"""Connections that are opened to checked addresses only.

The name is resolved once and the connection goes to the address that was checked: a name that changes its meaning in between
(DNS rebinding) gains nothing. TLS still verifies the name.
"""

import asyncio
import ipaddress
import socket
import ssl
from collections.abc import Iterable
from typing import Any

import httpcore
import httpx

from roamgrid.ocpi.outbound.addresses import Address, AddressRule
from roamgrid.ocpi.outbound.errors import AddressForbidden


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """TCP for httpcore under an `AddressRule`. Raises `AddressForbidden` before anything is sent."""

    def __init__(self, rule: AddressRule) -> None:
        self._rule = rule
        self._network = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's signature
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Each address that the name stands for is tried in turn, all within `timeout` seconds."""
        failure: httpcore.ConnectError | httpcore.ConnectTimeout | None = None
        try:
            async with asyncio.timeout(timeout):
                for address in await self._resolved(host, port):
                    try:
                        return await self._network.connect_tcp(str(address), port, timeout, local_address, socket_options)
                    except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                        failure = error
        except TimeoutError:
            raise httpcore.ConnectTimeout(f"no connection to {host} within {timeout} s") from None
        raise failure or httpcore.ConnectError(f"{host} has no address")

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    async def _resolved(self, host: str, port: int) -> list[Address]:
        """One forbidden address among many is enough: what a name means must not be a matter of luck."""
        try:
            found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except OSError as error:
            raise httpcore.ConnectError(f"{host}: {error}") from error
        addresses = list(dict.fromkeys(ipaddress.ip_address(str(entry[4][0]).partition("%")[0]) for entry in found))
        for address in addresses:
            objection = self._rule.objection(address)
            if objection is not None:
                raise AddressForbidden(
                    f"{host} is {address}, {objection}; ROAMGRID_ALLOW_PRIVATE_PARTNERS decides whether private ones are called"
                )
        return addresses


class GuardedTransport(httpx.AsyncHTTPTransport):
    """httpx's own transport on a `GuardedBackend`."""

    def __init__(self, rule: AddressRule, tls: ssl.SSLContext, limits: httpx.Limits) -> None:
        super().__init__(verify=tls, limits=limits)
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=tls,
            max_connections=limits.max_connections,
            max_keepalive_connections=limits.max_keepalive_connections,
            keepalive_expiry=limits.keepalive_expiry,
            network_backend=GuardedBackend(rule),
        )
