"""What can be set when the provider starts, and what can be turned while it runs."""

from dataclasses import dataclass, field
from typing import Literal

from roamgrid.sandbox.ocpi.knobs import PeerKnobs, check_quirks

Allowed = Literal["ALLOWED", "BLOCKED", "EXPIRED", "NO_CREDIT", "NOT_ALLOWED"]


class EmspKnobs(PeerKnobs, kw_only=True, forbid_unknown_fields=True):
    """What a provider has beside."""

    allowed: Allowed = "ALLOWED"
    """The answer to every real-time authorization of a known, valid token."""

    def __post_init__(self) -> None:
        super().__post_init__()
        check_quirks(self.quirks, "emsp")


@dataclass(frozen=True, slots=True, kw_only=True)
class EmspOptions:
    """How one provider process is started. It issues `cards` RFID cards and one app token."""

    host: str = "127.0.0.1"
    port: int = 8320
    public_url: str | None = None
    country_code: str = "NL"
    party_id: str = "EMS"
    name: str = "Sandbox provider"
    cards: int = 3
    page_limit: int = 1000
    seed: int = 1
    verbose: bool = False
    knobs: EmspKnobs = field(default_factory=EmspKnobs)

    @property
    def base_url(self) -> str:
        """The address peers reach this provider at, without a trailing slash."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")

    @property
    def party(self) -> tuple[str, str]:
        return (self.country_code, self.party_id)
