"""Rating: a tariff applied to a charge.

The algorithm (OCPI 2.2.1 mod_tariffs and mod_cdrs; the tariff's examples there are our tests):
1. per period and per dimension the first element whose restrictions all hold at the period's start;
2. step_size once per session and dimension, billed at the last priced slice's price;
3. tax per component;
4. limits on the totals, net and gross each for itself.
Nothing is rounded here (ADR-0004).
"""

from collections.abc import Iterator
from decimal import Decimal

from roamgrid.canonical.tariff import Tariff
from roamgrid.pricing.compiled import Candidate, CompiledTariff, compile_tariff
from roamgrid.pricing.findings import Finding, FindingCode
from roamgrid.pricing.limits import Totals, limit
from roamgrid.pricing.metering import meter
from roamgrid.pricing.phase import Heading
from roamgrid.pricing.policy import DEFAULT, PricingPolicy
from roamgrid.pricing.rated import Line, Rated, total
from roamgrid.pricing.slices import slices
from roamgrid.pricing.steps import surpluses
from roamgrid.pricing.tally import Tally
from roamgrid.pricing.tax import applied_vat, net_and_gross
from roamgrid.pricing.usage import Usage, zone

ONE = Decimal(1)


def rate(tariff: Tariff | CompiledTariff, usage: Usage, policy: PricingPolicy = DEFAULT) -> Rated:
    """Price a charge by one tariff. Raises `UnknownTimeZone`.

    Never fails on odd data: what is odd is among the findings. A tariff without elements has no known price
    (`net` and `gross` None), it is not free. Compile the tariff once to rate many charges with it.
    """
    compiled = compile_tariff(tariff) if isinstance(tariff, Tariff) else tariff
    findings: list[Finding] = []
    parts = slices(usage, findings)
    tally = meter(compiled, parts, zone(usage.time_zone), findings)
    lines = _lines(compiled.tariff, tally, policy)
    totals = _sum(compiled.tariff, lines)
    totals, adjustments = limit(compiled.tariff, lines, totals, findings)
    findings += _observations(compiled.tariff, usage, tally, lines, totals)
    return Rated(
        tariff_id=compiled.tariff.id,
        currency=compiled.tariff.currency,
        tax_included=compiled.tariff.tax_included,
        lines=lines,
        adjustments=adjustments,
        consumed=tally.consumed,
        net=totals.net,
        gross=totals.gross,
        findings=tuple(findings),
    )


def _lines(tariff: Tariff, tally: Tally, policy: PricingPolicy) -> tuple[Line, ...]:
    billed = dict.fromkeys(tally.flats.items(), ONE) | tally.priced
    used = dict(billed)
    for heading, candidate, extra in surpluses(tally):
        billed[heading, candidate] += extra
    return tuple(_line(tariff, policy, key, volume, billed[key]) for key, volume in used.items())


def _line(tariff: Tariff, policy: PricingPolicy, key: tuple[Heading, Candidate], volume: Decimal, billed: Decimal) -> Line:
    heading, candidate = key
    component = candidate.component
    vat = applied_vat(component.vat_percent, tariff.tax_included, policy)
    net, gross = net_and_gross(component.price * billed, vat, tariff.tax_included)
    return Line(heading, candidate.element, component, candidate.restrictions, volume, billed, net, gross, vat)


def _sum(tariff: Tariff, lines: tuple[Line, ...]) -> Totals:
    if not tariff.elements:
        return Totals(None, None)
    return Totals(total([line.net for line in lines]), total([line.gross for line in lines]))


def _observations(tariff: Tariff, usage: Usage, tally: Tally, lines: tuple[Line, ...], totals: Totals) -> Iterator[Finding]:
    if not tariff.elements:
        yield Finding(FindingCode.TARIFF_EMPTY, "the tariff has no elements, so its price is unknown")
    elif totals.net is None or totals.gross is None:
        yield Finding(FindingCode.TAX_UNKNOWN, "a component states no tax rate, so one side is unknown")
    if not usage.periods:
        yield Finding(FindingCode.NO_PERIODS, "nothing was reported to have been used")
    elif tariff.elements and not lines:
        yield Finding(FindingCode.NOTHING_PRICED, "no element of the tariff applied to anything used")
    if usage.derived:
        yield Finding(FindingCode.PERIODS_DERIVED, "the periods were derived from totals or assumed")
    for candidate in tally.later_flats:
        text = f"the flat fee of element {candidate.element + 1} applied later; the first one was charged"
        yield Finding(FindingCode.FLAT_CHANGED, text)
    yield from _doubts_of_tariff(tariff, usage)


def _doubts_of_tariff(tariff: Tariff, usage: Usage) -> Iterator[Finding]:
    named = {period.tariff_id for period in usage.periods} - {None, tariff.id}
    if named:
        text = f"periods name {sorted(map(str, named))}, rated by {tariff.id!r}"
        yield Finding(FindingCode.OTHER_TARIFF_NAMED, text)
    early = tariff.valid_from is not None and usage.start < tariff.valid_from
    if early or (tariff.valid_to is not None and usage.start >= tariff.valid_to):
        text = f"the session starts at {usage.start}, the tariff holds from {tariff.valid_from} to {tariff.valid_to}"
        yield Finding(FindingCode.OUTSIDE_TARIFF_VALIDITY, text)
