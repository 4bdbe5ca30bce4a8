"""What can be set when the payment provider starts, and what can be turned while it runs."""

from dataclasses import dataclass, field
from typing import Annotated

import msgspec


class PspKnobs(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Behaviour that `POST /_control/knobs` changes at run time."""

    latency_ms: Annotated[float, msgspec.Meta(ge=0)] = 0
    """Delay before every API answer."""
    error_rate: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0
    """Share of API requests answered with HTTP 500: half of them before anything happened, half after it was done."""
    webhook_pause: Annotated[float, msgspec.Meta(gt=0)] = 0.5
    """Seconds before the first retry of a webhook; each further pause is twice as long, up to 30 s."""
    webhook_tries: Annotated[int, msgspec.Meta(ge=1)] = 12
    """How often a webhook is tried before it is given up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PspOptions:
    """How one payment provider process is started."""

    host: str = "127.0.0.1"
    port: int = 8400
    seed: int = 1
    verbose: bool = False
    knobs: PspKnobs = field(default_factory=PspKnobs)
