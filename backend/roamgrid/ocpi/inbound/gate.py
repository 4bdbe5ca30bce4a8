"""Who may come in: a partner's token, looked up in the tenant that the URL names (OCPI Transport, Authorization header)."""

import asyncio

from roamgrid.kernel.errors import Unauthenticated
from roamgrid.ocpi.adapter import adapter_for
from roamgrid.ocpi.connections.model import Connection, ConnectionStatus, Direction, Side
from roamgrid.ocpi.connections.store import Caller, Connections
from roamgrid.ocpi.inbound.answer import INVALID_PARAMETERS
from roamgrid.ocpi.inbound.errors import OcpiError, not_found
from roamgrid.ocpi.inbound.recent import RecentCallers
from roamgrid.ocpi.inbound.request import Call, Request
from roamgrid.tenancy.database import Database

_TRIES, _PAUSE_S = 10, 0.1


class UnknownToken(Unauthenticated):
    """The token is missing, unknown to this tenant, or does not open this module (a token A opens the handshake only)."""

    code = "UNKNOWN_PARTNER_TOKEN"
    hint = "Send `Authorization: Token <Base64 of the token>`; ask for an invitation when the token was lost."


class Gate:
    """Authenticates callers, one short transaction each."""

    def __init__(self, database: Database, connections: Connections, recent: RecentCallers) -> None:
        self._database = database
        self._connections = connections
        self._recent = recent

    async def admit(self, request: Request, *, invited_too: bool = False, side: Side | None = None) -> Call:
        """`invited_too`: a step of the handshake, which is open before it is complete, and in every version. `side`: the one of
        ours that is called.

        Raises `UnknownToken`, or `OcpiError` for a version or a side that was not agreed with this partner.
        """
        tokens = request.tokens
        if not tokens:
            raise UnknownToken("missing token")
        caller = await self._caller(request, tokens)
        if not invited_too and caller is not None and _is_about_to_register(caller.connection):
            caller = await self._wait_for(request, tokens)
        if caller is None or not _opens(caller.connection.status, invited_too=invited_too):
            raise UnknownToken("unknown token")
        connection = caller.connection
        version = request.version or connection.version
        if not invited_too:
            _require_agreed(request, caller, version, side)
        return Call(request, request.context(f"partner:{connection.id}"), caller, adapter_for(version, connection.dialect))

    def remember(self, call: Call) -> None:
        """For the hot paths: this caller, with just these headers, is as usual."""
        self._recent.remember(call)

    async def _caller(self, request: Request, tokens: tuple[str, ...]) -> Caller | None:
        async with self._database.work(request.context("partner")) as work:
            caller = await self._connections.caller(work, tokens)
            if caller is not None:
                await self._connections.note_contact(work, caller)
        return caller

    async def _wait_for(self, request: Request, tokens: tuple[str, ...]) -> Caller | None:
        """A partner that we register with may call the moment it has answered, before we have written its answer down."""
        for _ in range(_TRIES):
            await asyncio.sleep(_PAUSE_S)
            caller = await self._caller(request, tokens)
            if caller is None or not _is_about_to_register(caller.connection):
                return caller
        return None


def _is_about_to_register(connection: Connection) -> bool:
    return connection.status is ConnectionStatus.INVITED and connection.direction is Direction.WE_REGISTER


def _opens(status: ConnectionStatus, *, invited_too: bool) -> bool:
    if status is ConnectionStatus.REGISTERED:
        return True
    return invited_too and status in (ConnectionStatus.INVITED, ConnectionStatus.SUSPENDED)


def _require_agreed(request: Request, caller: Caller, version: str, side: Side | None) -> None:
    connection = caller.connection
    if version not in (connection.version, caller.other_version):
        told = f"you are registered in OCPI {connection.version}; PUT your credentials at {version} to move there"
        raise OcpiError(INVALID_PARAMETERS, told, http=404)
    if side is not None and not connection.as_role.faces(side):
        raise not_found(f"address {request.path}: to you we are {connection.as_role}")
