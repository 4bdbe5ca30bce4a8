"""What we say of ourselves: the tenant's parties, in the roles in which we face a partner."""

from collections.abc import Iterable
from dataclasses import dataclass

from roamgrid.canonical.party import Party, PartyId, Role
from roamgrid.kernel.errors import Invalid
from roamgrid.ocpi import kinds
from roamgrid.ocpi.adapter import Adapter
from roamgrid.ocpi.connections.model import AsRole, Connection, Side
from roamgrid.ocpi.handshake.addresses import versions_url
from roamgrid.ocpi.handshake.errors import PartyIsOurs
from roamgrid.ocpi.values import Credentials
from roamgrid.tenancy.context import TenantContext
from roamgrid.tenancy.directory import Directory


class RoleNotDeclared(Invalid):
    """The tenant has no party in the role in which it shall face the partner."""

    code = "ROLE_NOT_DECLARED"
    hint = 'Add the role to a party in tenant.toml, as in roles = ["EMSP", "CPO"], and apply the tenant.'


@dataclass(frozen=True, slots=True)
class OurSide:
    """`base_url` is how partners reach us, without a trailing slash."""

    directory: Directory
    base_url: str

    def versions_url(self, ctx: TenantContext) -> str:
        return versions_url(self.base_url, ctx.tenant)

    async def as_role(self, ctx: TenantContext, wanted: AsRole | None = None) -> AsRole:
        """As what the tenant faces a partner: as it is told, else as all that it declares. Raises `RoleNotDeclared`."""
        declaration = (await self.directory.by_slug(ctx.tenant)).declaration
        declared = {Side(role) for party in declaration.parties for role in party.roles}
        if wanted is None:
            return AsRole.BOTH if len(declared) > 1 else AsRole(declared.pop())
        if missing := sorted(set(wanted.sides) - declared):
            raise RoleNotDeclared(f"{ctx.tenant} declares no party as {' and '.join(missing)}", field="as_role")
        return wanted

    async def require_theirs(self, ctx: TenantContext, connection: Connection, roles: Iterable[Party]) -> None:
        """Nobody but our own back end speaks for a party of ours. Raises `PartyIsOurs`."""
        declared = (await self.directory.by_slug(ctx.tenant)).declaration.parties
        ours = {PartyId.of(party.country_code, party.party_id) for party in declared}
        claimed = sorted({str(role.id) for role in roles if role.id in ours})
        if claimed and not connection.back_end:
            raise PartyIsOurs(f"the partner claims {' and '.join(claimed)}, which is ours")

    async def credentials(self, ctx: TenantContext, adapter: Adapter, our_token: str, as_role: AsRole) -> dict[str, object]:
        """The credentials object with `our_token` in it."""
        declaration = (await self.directory.by_slug(ctx.tenant)).declaration
        roles = tuple(
            Party(PartyId.of(item.country_code, item.party_id), Role(side.value), item.name)
            for side in as_role.sides
            for item in declaration.parties
            if side in item.roles
        )
        return adapter.write(kinds.CREDENTIALS, Credentials(our_token, self.versions_url(ctx), roles)).document
