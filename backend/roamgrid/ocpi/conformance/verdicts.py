"""What a check can find."""

from dataclasses import dataclass, field
from enum import StrEnum

from roamgrid.ocpi.dialects.suggest import Observed


class Verdict(StrEnum):
    """DEVIATES: not as specified, and we get along. FAILS: something does not work. SKIPPED: could not be asked."""

    PASS = "pass"
    DEVIATES = "deviates"
    FAILS = "fails"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Finding:
    """One check's outcome. `notes`: what was seen, a line each. `observed`: what may call for a dialect."""

    verdict: Verdict
    notes: tuple[str, ...] = ()
    observed: tuple[Observed, ...] = ()


@dataclass(slots=True)
class Notes:
    """Collects while a check looks around; the gravest note is the verdict."""

    _notes: list[str] = field(default_factory=list)
    _observed: list[Observed] = field(default_factory=list)
    _verdict: Verdict = Verdict.PASS

    def deviates(self, note: str, *observed: Observed) -> None:
        self._add(note, observed)
        if self._verdict is Verdict.PASS:
            self._verdict = Verdict.DEVIATES

    def fails(self, note: str, *observed: Observed) -> None:
        self._add(note, observed)
        self._verdict = Verdict.FAILS

    def finding(self) -> Finding:
        return Finding(self._verdict, tuple(dict.fromkeys(self._notes)), tuple(self._observed))

    def _add(self, note: str, observed: tuple[Observed, ...]) -> None:
        self._notes.append(note)
        self._observed.extend(observed)


PASSED = Finding(Verdict.PASS)


def skipped(why: str) -> Finding:
    """The question made no sense, or could not be put."""
    return Finding(Verdict.SKIPPED, (why,))
