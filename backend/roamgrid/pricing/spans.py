"""Which components are in force between two switches of the clock."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from zoneinfo import ZoneInfo

from roamgrid.canonical.tariff import Restrictions
from roamgrid.pricing.compiled import UNRESTRICTED, Candidate, Candidates
from roamgrid.pricing.conditions import Moment, clock_tests
from roamgrid.pricing.switches import switches

NOTHING_YET = Decimal(0)
NO_TIME = timedelta(0)


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time (UTC, end exclusive) and the candidates that can apply in it, in the order they are tried."""

    start: datetime
    end: datetime
    candidates: Candidates


def spans(candidates: Candidates, begin: datetime, end: datetime, zone: ZoneInfo, power_kw: Decimal | None) -> list[Span]:
    """The window cut wherever the clock changes what is in force; neighbours differ."""
    found: list[Span] = []
    cuts = [begin, *switches((c.restrictions for c in candidates), begin, end, zone), end]
    for start, stop in pairwise(cuts):
        held = tuple(_in_force(candidates, start.astimezone(zone), power_kw))
        if found and found[-1].candidates == held:
            found[-1] = replace(found[-1], end=stop)
        else:
            found.append(Span(start, stop, held))
    return found


def course(restrictions: Restrictions, power_kw: Decimal | None) -> Restrictions:
    """What is left of restrictions when the clock is given: conditions on how the session goes.

    What always holds is left out: minima of nothing, and maxima beyond the charging point's power.
    """
    r = restrictions
    never_reached = power_kw is not None and r.max_power is not None and r.max_power > power_kw
    return Restrictions(
        min_kwh=r.min_kwh or None,
        max_kwh=r.max_kwh,
        min_duration=r.min_duration or None,
        max_duration=r.max_duration,
        min_power=r.min_power or None,
        max_power=None if never_reached else r.max_power,
        min_current=r.min_current or None,
        max_current=r.max_current,
    )


def _in_force(candidates: Candidates, local: datetime, power_kw: Decimal | None) -> Iterator[Candidate]:
    """Up to and including the first that depends on nothing else: what comes after it is never reached."""
    moment = Moment(local, NOTHING_YET, NO_TIME)
    for candidate in candidates:
        r = candidate.restrictions
        out_of_reach = power_kw is not None and r.min_power is not None and r.min_power > power_kw
        if out_of_reach or not all(test(moment) for test in clock_tests(r)):
            continue
        yield candidate
        if course(r, power_kw) == UNRESTRICTED:
            return
