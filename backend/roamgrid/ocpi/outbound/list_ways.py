"""How a partner's lists are asked for and followed, as its dialect says."""

from dataclasses import dataclass
from datetime import datetime

from roamgrid.ocpi.dialects.dialect import Dialect, LinkHost, ListBody
from roamgrid.ocpi.dialects.habits import whole_seconds
from roamgrid.ocpi.wire.common.links import join
from roamgrid.ocpi.wire.common.moments import write_moment


@dataclass(frozen=True, slots=True)
class ListWays:
    """`bare`: lists come as items and next. `rewrite_host`: a link's host is not believed, the same one is asked again."""

    trailing_slash: bool = False
    fractions: bool = True
    rewrite_host: bool = False
    bare: bool = False

    @classmethod
    def of(cls, dialect: Dialect) -> "ListWays":
        return cls(
            trailing_slash=dialect.trailing_slash,
            fractions=dialect.fractions_out,
            rewrite_host=dialect.link_host is LinkHost.REWRITE,
            bare=dialect.list_body is ListBody.ITEMS,
        )

    def address(self, endpoint: str) -> str:
        """Where the list is."""
        return join(endpoint, trailing_slash=True) if self.trailing_slash and "?" not in endpoint else endpoint

    def moment(self, at: datetime) -> str:
        """As a filter. Truncated, a delta reaches further back, never less far."""
        return write_moment(at) if self.fractions else whole_seconds(write_moment(at))
