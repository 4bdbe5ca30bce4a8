"""What the token room needs from the outside."""

from typing import Protocol

from roamgrid.canonical.party import SourceId
from roamgrid.canonical.token import Token
from roamgrid.tenancy.context import TenantContext


class TokenSink(Protocol):
    """Tells a partner about a token."""

    async def push(self, ctx: TenantContext, source: SourceId, token: Token) -> None:
        """Raises `Unavailable` when the partner cannot be told now."""
        ...

    async def receivers(self, ctx: TenantContext) -> list[SourceId]:
        """The partners that take tokens."""
        ...
