"""What a measurement comes to: a figure, the ceiling that was measured beside it, and the budget for the two."""

from dataclasses import dataclass, field
from enum import StrEnum


class Better(StrEnum):
    """Which way a figure improves."""

    HIGHER = "higher"
    LOWER = "lower"


@dataclass(frozen=True, slots=True)
class Budget:
    """A limit on the ratio to the ceiling, or on the figure itself where nothing is measured beside it (DESIGN section 5)."""

    limit: float
    better: Better
    of_ratio: bool = True

    def __str__(self) -> str:
        sign = ">=" if self.better is Better.HIGHER else "<="
        return f"{sign} {self.limit:g}{' x' if self.of_ratio else ''}"


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the report. `ratio`: the figure divided by the ceiling. `details`: numbers by name, the unit in the name."""

    name: str
    what: str
    value: float
    unit: str
    ceiling: float | None = None
    ceiling_is: str = ""
    ratio: float | None = None
    budget: Budget | None = None
    details: dict[str, float] = field(default_factory=dict)

    @property
    def reached(self) -> bool | None:
        """Whether the budget is kept; None without a budget."""
        if self.budget is None:
            return None
        measured = self.ratio if self.budget.of_ratio else self.value
        if measured is None:
            return None
        if self.budget.better is Better.HIGHER:
            return measured >= self.budget.limit
        return measured <= self.budget.limit


@dataclass(frozen=True, slots=True)
class Failure:
    """A line that could not be measured, and why."""

    line: str
    reason: str
