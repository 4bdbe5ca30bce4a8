"""What a sync did: for the command line, the log and the demo's report."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID


@dataclass(slots=True)
class ModuleReport:
    """One module of one sync. `error`: why it ended early; what was stored until then stays.

    `vanished`: how many a complete crawl did not show any more, None where no such crawl was completed.
    """

    module: str
    full: bool
    objects: int = 0
    inserted: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: int = 0
    vanished: int | None = None
    pages: int = 0
    seconds: float = 0.0
    deviations: Counter[str] = field(default_factory=Counter)
    error: str | None = None

    def figures(self) -> dict[str, int | None]:
        """The counts, for logs and events."""
        return {
            "objects": self.objects,
            "inserted": self.inserted,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "refused": self.refused,
            "vanished": self.vanished,
            "pages": self.pages,
        }


@dataclass(frozen=True, slots=True)
class PullReport:
    """One sync of one connection: the modules that the partner offers, in the order they were pulled."""

    connection: UUID
    modules: tuple[ModuleReport, ...]

    @property
    def succeeded(self) -> bool:
        return all(module.error is None for module in self.modules)

    def module(self, name: str) -> ModuleReport | None:
        return next((module for module in self.modules if module.module == name), None)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a module is. `total` is the partner's word, None when it says nothing."""

    module: str
    objects: int
    total: int | None


ProgressCallback = Callable[[Progress], None]
