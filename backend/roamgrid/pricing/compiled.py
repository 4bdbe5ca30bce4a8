"""A tariff made ready for rating: per phase and dimension the components in the order they are tried."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from roamgrid.canonical.tariff import (
    Dimension,
    PriceComponent,
    ReservationRestriction,
    Restrictions,
    Tariff,
    TariffElement,
)
from roamgrid.pricing.conditions import Moment, Test, clock_tests, course_tests, electrical_tests
from roamgrid.pricing.phase import Phase

UNRESTRICTED = Restrictions()
SESSION_DIMENSIONS = tuple(Dimension)
RESERVATION_DIMENSIONS = (Dimension.TIME, Dimension.FLAT)


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """A component and when it applies. `element`: its element's place in the tariff, from 0."""

    element: int
    component: PriceComponent
    restrictions: Restrictions
    tests: tuple[Test, ...]


Candidates = tuple[Candidate, ...]


@dataclass(frozen=True, slots=True, eq=False)
class CompiledTariff:
    """A tariff with its restrictions turned into tests; rate many charges with one of these.

    `varies`: a price may change in the course of a period. `asks_power`, `asks_current`: some restriction needs them.
    """

    tariff: Tariff
    candidates: Mapping[Phase, Mapping[Dimension, Candidates]]
    varies: bool
    asks_power: bool
    asks_current: bool


def compile_tariff(tariff: Tariff) -> CompiledTariff:
    """Prepare a tariff. The first component of a dimension in an element is the one that counts."""
    reserved = _with(tariff, ReservationRestriction.RESERVATION)
    expired = _with(tariff, ReservationRestriction.RESERVATION_EXPIRES)
    session = _with(tariff, None)
    used = [element.restrictions or UNRESTRICTED for element in tariff.elements]
    return CompiledTariff(
        tariff,
        {
            Phase.SESSION: _by_dimension(session, SESSION_DIMENSIONS),
            Phase.RESERVATION: _by_dimension(reserved, RESERVATION_DIMENSIONS),
            Phase.EXPIRED: _by_dimension(expired + reserved, RESERVATION_DIMENSIONS),
        },
        varies=any(any(clock_tests(r)) or any(course_tests(r)) for r in used),
        asks_power=any(r.min_power is not None or r.max_power is not None for r in used),
        asks_current=any(r.min_current is not None or r.max_current is not None for r in used),
    )


def pick(candidates: Candidates, moment: Moment) -> Candidate | None:
    """The first candidate all of whose tests hold at that moment; None: the dimension is not priced then."""
    for candidate in candidates:
        for test in candidate.tests:
            if not test(moment):
                break
        else:
            return candidate
    return None


def _with(tariff: Tariff, reservation: ReservationRestriction | None) -> list[tuple[int, TariffElement]]:
    """Elements of that phase. What a booking costs is no part of a charge's price."""
    return [
        (index, element)
        for index, element in enumerate(tariff.elements)
        if (element.restrictions or UNRESTRICTED).reservation is reservation
        and (element.restrictions or UNRESTRICTED).booking is None
    ]


def _by_dimension(elements: list[tuple[int, TariffElement]], dimensions: Iterable[Dimension]) -> Mapping[Dimension, Candidates]:
    return {dimension: tuple(_candidates(elements, dimension)) for dimension in dimensions}


def _candidates(elements: list[tuple[int, TariffElement]], dimension: Dimension) -> Iterable[Candidate]:
    for index, element in elements:
        component = next((c for c in element.components if c.dimension is dimension), None)
        if component is not None:
            restrictions = element.restrictions or UNRESTRICTED
            tests = (*clock_tests(restrictions), *course_tests(restrictions), *electrical_tests(restrictions))
            yield Candidate(index, component, restrictions, tests)
