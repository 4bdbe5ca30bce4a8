"""What can be set when the operator starts, and what can be turned while it runs."""

from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from roamgrid.sandbox.ocpi.knobs import Delay, PeerKnobs, Share, check_quirks

Positive = Annotated[float, msgspec.Meta(gt=0)]


class Knobs(PeerKnobs, kw_only=True, forbid_unknown_fields=True):
    """What an operator has beside. Shares go from 0 (never) to 1 (always)."""

    speed: Positive = 60.0
    """Virtual seconds that pass in a charge per real second."""
    tick: Positive = 1.0
    """Real seconds between two updates of a running session."""
    power_kw: Decimal | None = None
    """No charge draws more than this, whatever the connector can."""
    car_needs_kwh: Decimal = Decimal(40)
    """A car that got this much is full: it stops drawing power and only parks."""
    stop_after_kwh: Decimal | None = None
    """The driver unplugs at this meter reading, without any STOP_SESSION."""
    foreign_tokens: bool = False
    """Commands may bring tokens of parties that are not on the connection, as they do to the back end of a roaming platform."""
    session_updates: Literal["patch", "put"] = "patch"
    """Running sessions are updated by PATCH, or by a full PUT each time (both kinds of operator exist)."""
    wrong_totals: Share = 0
    """Share of CDRs that claim a wrong total_cost."""
    command_result_delay: Delay = 0.2
    """Real seconds from the answer to a command to its asynchronous result."""
    plug_delay: Delay = 0
    """Real seconds from the accepted command to the plugged cable; the session is PENDING meanwhile."""

    def __post_init__(self) -> None:
        super().__post_init__()
        check_quirks(self.quirks, "cpo", "hub")
        for name in ("power_kw", "car_needs_kwh", "stop_after_kwh"):
            value = getattr(self, name)
            if value is not None and value <= 0:
                raise ValueError(f"{name}: must be more than 0")


@dataclass(frozen=True, slots=True, kw_only=True)
class CpoOptions:
    """How one operator process is started.

    Without `locations` the bundled network is served. Files are JSON arrays, objects with a `data` array, or JSON
    lines; `.gz` is unpacked. `public_url` is what peers are told; it defaults to `http://{host}:{port}`.
    """

    host: str = "127.0.0.1"
    port: int = 8300
    public_url: str | None = None
    locations: Path | None = None
    tariffs: Path | None = None
    page_limit: int = 1000
    seed: int = 1
    verbose: bool = False
    knobs: Knobs = field(default_factory=Knobs)

    @property
    def base_url(self) -> str:
        """The address peers reach this operator at, without a trailing slash."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")
