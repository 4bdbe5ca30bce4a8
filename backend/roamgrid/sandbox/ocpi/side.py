"""What a counterparty is: the parties it speaks for and the modules it plays, and what it needs of a peer."""

from collections.abc import Callable
from dataclasses import dataclass

from roamgrid.sandbox.ocpi.shapes.shape import Endpoint, Introduction, Json, Owner, Role, Shape, Version


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """`roles` are those of a version, since hubs present themselves differently in each.

    `peer_role` is what a 2.1.1 peer, which names no role, is taken for. `hub` is the party that a hub itself is.
    """

    base_url: str
    roles: Callable[[Version], list[Role]]
    modules: tuple[Endpoint, ...]
    required: tuple[Endpoint, ...]
    peer_role: str
    hub: Owner | None = None

    @property
    def versions_url(self) -> str:
        return f"{self.base_url}/ocpi/versions"

    def url(self, shape: Shape, module: str) -> str:
        return f"{self.base_url}/ocpi/{shape.version}/{module}"

    def broadcaster(self, owner: Owner) -> Owner:
        """Who speaks in a message to everybody about an object of this owner."""
        return self.hub or owner

    def offered(self, shape: Shape) -> list[Endpoint]:
        """The modules that exist in a version."""
        return [endpoint for endpoint in self.modules if endpoint[0] in shape.modules]

    def credentials(self, token: str, shape: Shape, party: Owner | None) -> Json:
        """How we introduce ourselves in a version; as one party only where the connection is for one."""
        roles = self.roles(shape.version)
        mine = [role for role in roles if party is None or (role.country_code, role.party_id) == party]
        hub = "".join(self.hub) if self.hub else None
        return shape.introduce(Introduction(token=token, url=self.versions_url, roles=mine or roles, hub_party_id=hub))

    def only_party(self, shape: Shape, wanted: Owner | None) -> Owner | None:
        """The one party of a connection in a version that knows no owners; else what was wanted."""
        if wanted or shape.names_owner:
            return wanted
        first = self.roles(shape.version)[0]
        return (first.country_code, first.party_id)
