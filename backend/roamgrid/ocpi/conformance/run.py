"""Put every question that applies, one after the other, and collect what was found."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from roamgrid.core.commands.errors import PartnerUnavailable
from roamgrid.ocpi.conformance.catalogue import CHECKS
from roamgrid.ocpi.conformance.check import Check, Needs
from roamgrid.ocpi.conformance.subject import Subject
from roamgrid.ocpi.conformance.verdicts import Finding, Verdict, skipped
from roamgrid.ocpi.dialects.suggest import Observed, Suggestion, suggest

READS_ONLY = frozenset({Needs.READS})


@dataclass(frozen=True, slots=True)
class Result:
    """One check and what it found."""

    check: Check
    finding: Finding


@dataclass(frozen=True, slots=True)
class Report:
    """A whole run. `suggestions`: dialects that would absorb what was seen, in this run and in earlier traffic."""

    results: tuple[Result, ...]
    suggestions: tuple[Suggestion, ...]

    @property
    def counts(self) -> Counter[Verdict]:
        return Counter(result.finding.verdict for result in self.results)

    @property
    def conformant(self) -> bool:
        """Deviations are allowed: we get along with them."""
        return not self.counts[Verdict.FAILS]

    def of(self, check_id: str) -> Finding:
        """Raises `LookupError` for a check that was not made."""
        for result in self.results:
            if result.check.id == check_id:
                return result.finding
        raise LookupError(check_id)


async def run(
    subject: Subject,
    *,
    allowed: Collection[Needs] = READS_ONLY,
    traffic: Iterable[Observed] = (),
    only: Collection[str] | None = None,
    told: Callable[[Check], None] | None = None,
) -> Report:
    """`traffic`: what earlier exchanges showed. `only`: prefixes of the checks to make; None: all. `told` hears of each check
    before it is made. A counterparty that does not answer fails the check and not the run."""
    results = []
    for check in CHECKS:
        if only is not None and not check.id.startswith(tuple(only)):
            continue
        why = _pointless(subject, check, allowed)
        if told is not None and why is None:
            told(check)
        results.append(Result(check, skipped(why) if why else await _made(subject, check)))
    seen = [*traffic, *(item for result in results for item in result.finding.observed)]
    return Report(tuple(results), tuple(suggest(seen, subject.connection.dialect, subject.version)))


async def _made(subject: Subject, check: Check) -> Finding:
    try:
        return await check.ask(subject)
    except PartnerUnavailable as problem:
        return Finding(Verdict.FAILS, (f"no answer: {problem.message}",))


def _pointless(subject: Subject, check: Check, allowed: Collection[Needs]) -> str | None:
    if check.versions is not None and subject.version not in check.versions:
        return f"OCPI {subject.version} has nothing of the kind"
    if check.side is not None and not subject.faces(check.side):
        return f"they are no {check.side} to us"
    if check.module is not None and not any(item.module == check.module for item in subject.connection.endpoints):
        return f"they offer no {check.module}"
    if check.id.split(".")[0] == check.module and _is_list(check) and subject.list_address(check.module) is None:
        return f"they offer no list of {check.module}"
    if check.needs not in allowed:
        return "it would write; run with --writes"
    return None


def _is_list(check: Check) -> bool:
    return check.needs is Needs.READS and check.id not in ("tokens.unknown",)
