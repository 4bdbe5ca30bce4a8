"""Volumes per price component, while a session is being walked through."""

from decimal import Decimal

from roamgrid.pricing.compiled import Candidate
from roamgrid.pricing.phase import Heading

ONE = Decimal(1)


class Tally:
    """How much each component prices, how much was consumed, and which component priced the last of a heading."""

    __slots__ = ("consumed", "flats", "last", "later_flats", "priced")

    def __init__(self) -> None:
        self.priced: dict[tuple[Heading, Candidate], Decimal] = {}
        self.consumed: dict[Heading, Decimal] = {}
        self.last: dict[Heading, Candidate] = {}
        self.flats: dict[Heading, Candidate] = {}
        self.later_flats: list[Candidate] = []

    def take(self, heading: Heading, volume: Decimal, by: Candidate | None) -> None:
        """Count a volume; `by` prices it, or nobody does."""
        known = self.consumed.get(heading)
        self.consumed[heading] = volume if known is None else known + volume
        if by is not None:
            key = (heading, by)
            before = self.priced.get(key)
            self.priced[key] = volume if before is None else before + volume
            self.last[heading] = by

    def once(self, heading: Heading, by: Candidate | None) -> None:
        """Charge a flat fee: the first that applies, and no other after it (mod_tariffs, FLAT)."""
        if by is None:
            return
        charged = self.flats.setdefault(heading, by)
        if charged is not by and by not in self.later_flats:
            self.later_flats.append(by)

    def total(self, heading: Heading) -> Decimal:
        """All of a heading's volume that had a price."""
        return sum((volume for (key, _), volume in self.priced.items() if key is heading), Decimal(0))
