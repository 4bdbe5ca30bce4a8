"""Ask service providers about tokens: `core.operator.authorizing.TokenIssuers` over OCPI (OCPI 2.2.1, Tokens module, Real-time
authorization)."""

from dataclasses import dataclass
from urllib.parse import quote

from roamgrid.canonical.contract_id import ContractId, InvalidContractId
from roamgrid.canonical.party import PartyId
from roamgrid.canonical.token import TokenType
from roamgrid.core.commands.errors import PartnerUnavailable
from roamgrid.core.operator.authorizing import Said, Shown
from roamgrid.core.operator.foreign_tokens import ForeignToken
from roamgrid.core.parties import standing
from roamgrid.ocpi import kinds
from roamgrid.ocpi.adapter import Adapter, adapter_for
from roamgrid.ocpi.connections import deviations
from roamgrid.ocpi.connections.model import Connection, InterfaceRole
from roamgrid.ocpi.connections.store import Connections
from roamgrid.ocpi.outbound.clients import PartnerClients, require_traffic
from roamgrid.ocpi.outbound.errors import PartnerRefused
from roamgrid.ocpi.outbound.operator.addresses import faced_as_operator
from roamgrid.ocpi.outbound.routing import Route, open_route, route_to
from roamgrid.ocpi.speech import Document
from roamgrid.ocpi.values import AuthorizationInfo, LocationReferences
from roamgrid.ocpi.wire.common.deviations import Read, Refused
from roamgrid.ocpi.wire.common.links import join
from roamgrid.tenancy.context import TenantContext
from roamgrid.tenancy.database import Database

MODULE = "tokens"
_UNKNOWN_TOKEN, _NOT_FOUND = 2004, 404


@dataclass(frozen=True, slots=True)
class OcpiTokenIssuers:
    """`timeout_s`: how long a driver is let wait for one partner."""

    database: Database
    connections: Connections
    clients: PartnerClients
    timeout_s: float = 8.0

    async def ask(self, ctx: TenantContext, token: ForeignToken, shown: Shown) -> Said | None:
        """Whoever told the token. Raises `PartnerUnavailable`."""
        async with self.database.work(ctx) as work:
            connection = await self.connections.get(work, token.source)
        return await self._ask(
            ctx, connection, token.uid, _type_in(connection, token), shown, route_to(connection, shown.operator, token.party)
        )

    async def ask_anybody(self, ctx: TenantContext, shown: Shown) -> Said | None:
        """The issuer that a contract id names, directly or over a hub; else each hub, which may know whose token it is.

        Raises `PartnerUnavailable` when none of them could answer.
        """
        missed: PartnerUnavailable | None = None
        for connection, route in await self._candidates(ctx, shown):
            try:
                said = await self._ask(ctx, connection, shown.uid, shown.type.value, shown, route)
            except PartnerUnavailable as error:
                missed = error
                continue
            if said is not None:
                return said
        if missed is not None:
            raise missed
        return None

    async def _candidates(self, ctx: TenantContext, shown: Shown) -> list[tuple[Connection, Route | None]]:
        issuer = _issuer(shown)
        async with self.database.work(ctx) as work:
            faced = {one.id: one for one in await faced_as_operator(self.connections, work)}
            known = await standing.reaching(work, issuer) if issuer else []
        if issuer and (partners := [faced[source] for source in known if source in faced]):
            return [(one, route_to(one, shown.operator, issuer)) for one in partners]
        return [(one, open_route(one, shown.operator)) for one in faced.values() if one.hub is not None]

    async def _ask(
        self, ctx: TenantContext, connection: Connection, uid: str, kind: str, shown: Shown, route: Route | None
    ) -> Said | None:
        require_traffic(connection)
        endpoint = connection.endpoint(MODULE, InterfaceRole.SENDER)
        if endpoint is None:
            raise PartnerUnavailable(f"{connection.name} authorizes nothing in real time")
        adapter = adapter_for(connection.version, connection.dialect)
        url = join(endpoint, quote(uid, safe=""), "authorize", trailing_slash=adapter.dialect.trailing_slash)
        try:
            answer = await self.clients.of(connection, ctx).send(
                "POST",
                f"{url}?type={kind}",
                _place(adapter, shown),
                route=route,
                correlation_id=ctx.correlation_id,
                timeout_s=self.timeout_s,
            )
            read = adapter.read(kinds.AUTHORIZATION_INFO, answer.data or b"null", connection.only_party)
        except PartnerRefused as error:
            if error.status_code == _UNKNOWN_TOKEN or error.http == _NOT_FOUND:
                return None
            raise PartnerUnavailable(error.message) from error
        except Refused as problem:
            raise PartnerUnavailable(f"{connection.name} gave no answer that we understand: {problem.message}") from None
        await self._note(ctx, connection, read)
        return _said(read.value)

    async def _note(self, ctx: TenantContext, connection: Connection, read: Read[AuthorizationInfo]) -> None:
        if read.deviations:
            async with self.database.work(ctx) as work:
                await deviations.record(work, connection.id, MODULE, read.deviations)


def _type_in(connection: Connection, token: ForeignToken) -> str:
    """How the partner's version calls that type: 2.1.1 knows two of them."""
    if token.body.version is None:
        return token.type
    told_in = adapter_for(token.body.version, connection.dialect)
    value = told_in.read(kinds.TOKEN, token.body.raw, token.party).value
    return str(adapter_for(connection.version, connection.dialect).write(kinds.TOKEN, value).document["type"])


def _place(adapter: Adapter, shown: Shown) -> Document | None:
    if shown.location_id is None:
        return None
    return adapter.write(kinds.LOCATION_REFERENCES, LocationReferences(shown.location_id, shown.evse_uids)).document


def _issuer(shown: Shown) -> PartyId | None:
    """Who gave the contract, as the contract id itself says; None for tokens that are no contract ids."""
    if shown.type is not TokenType.EMAID:
        return None
    try:
        contract = ContractId.parse(shown.uid)
    except InvalidContractId:
        return None
    return PartyId(contract.country_code, contract.provider)


def _said(info: AuthorizationInfo) -> Said:
    evses = info.location.evse_uids if info.location else ()
    return Said(info.allowed, info.token, info.authorization_reference, evses, info.info)
