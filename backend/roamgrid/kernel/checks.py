"""What an invariant check says: `roamgrid verify` prints it."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Check:
    """One promise and whether it holds. `detail` is for people, `figures` are what was counted, by name."""

    name: str
    ok: bool
    detail: str
    figures: Mapping[str, int] = field(default_factory=dict)
