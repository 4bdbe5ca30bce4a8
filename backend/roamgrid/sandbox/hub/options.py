"""How a hub is started."""

from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from roamgrid.sandbox.cpo.options import CpoOptions, Knobs
from roamgrid.sandbox.ocpi.shapes.shape import Version

BUNDLED = Path("bundled")
HUB_VERSIONS: tuple[Version, ...] = ("2.2.1", "2.3.0")
"""2.1.1 knows no hubs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HubOptions(CpoOptions):
    """Without `mirror_of` the hub fronts two operators of its own.

    `mirror_of` is a dump of locations (`bundled`: the one that ships with the sandbox) whose operators are reached
    through the hub too: the same EVSEs under the hub's own location ids. `tariffs` may name the dump's tariffs.
    `markup_percent` is what the hub adds to every price.
    """

    port: int = 8310
    mirror_of: Path | None = None
    markup_percent: Decimal = Decimal(0)
    country_code: str = "NL"
    party_id: str = "HUB"
    knobs: Knobs = field(default_factory=lambda: Knobs(versions=HUB_VERSIONS))

    @property
    def party(self) -> tuple[str, str]:
        return (self.country_code, self.party_id)
