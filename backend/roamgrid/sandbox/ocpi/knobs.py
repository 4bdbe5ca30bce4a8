"""What can be turned at every counterparty while it runs."""

from typing import Annotated

import msgspec

from roamgrid.sandbox.ocpi.quirks import Quirk, quirks_of
from roamgrid.sandbox.ocpi.quirks.catalogue import Side
from roamgrid.sandbox.ocpi.shapes.shape import Version

Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
Delay = Annotated[float, msgspec.Meta(ge=0)]
ALL_VERSIONS: tuple[Version, ...] = ("2.1.1", "2.2.1", "2.3.0")


class PeerKnobs(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Behaviour that `POST /_control/knobs` changes at run time. Shares go from 0 (never) to 1 (always)."""

    versions: tuple[Version, ...] = ALL_VERSIONS
    """Versions in our list, which is kept oldest first. Connections that exist keep the one they speak."""
    quirks: frozenset[Quirk] = frozenset()
    """Habits in which we differ from the specification (`sandbox cpo --list-quirks`)."""
    latency_ms: Delay = 0
    """Delay before every OCPI answer."""
    error_rate: Share = 0
    """Share of inbound OCPI requests that fail, half with HTTP 500, half with status_code 3000."""
    duplicates: Share = 0
    """Share of pushes sent a second time."""
    lost: Share = 0
    """Share of pushes that are never sent although the sender believes they were."""
    out_of_order: Share = 0
    """Share of session updates that arrive only after the following one."""

    def __post_init__(self) -> None:
        if not self.versions:
            raise ValueError("versions: name at least one")
        self.versions = tuple(sorted(set(self.versions)))


def check_quirks(chosen: frozenset[Quirk], *sides: Side) -> None:
    """Raises ValueError for a habit that no counterparty of these kinds can have: it would change nothing."""
    possible = {about.name for side in sides for about in quirks_of(side)}
    if impossible := sorted(chosen - possible):
        raise ValueError(f"quirks: not for a {' or '.join(sides)}: {', '.join(impossible)}")
