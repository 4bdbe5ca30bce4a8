"""A rating in words, for the receipt's small print, a dispute and the log."""

from collections.abc import Iterator
from dataclasses import fields
from decimal import Decimal
from typing import Any

from roamgrid.canonical.tariff import Dimension, Restrictions, TaxIncluded
from roamgrid.pricing.phase import Heading
from roamgrid.pricing.rated import Line, Rated

UNITS = {Dimension.ENERGY: "kWh", Dimension.TIME: "h", Dimension.PARKING_TIME: "h", Dimension.FLAT: "session"}
STEP_UNITS = {Dimension.ENERGY: "Wh", Dimension.TIME: "s", Dimension.PARKING_TIME: "s"}
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def explain(rated: Rated) -> list[str]:
    """One line a component, one for what nothing priced, one a limit, the total, then the findings."""
    lines = [_line(line, rated) for line in rated.lines]
    lines += [
        f"{heading}: {plain(sums.volume)} used, no price applies"
        for heading, sums in rated.per_dimension().items()
        if not sums.priced
    ]
    lines += [
        f"{a.kind}: {_money(a.net, rated)} net, {_money(a.gross, rated)} gross to reach the tariff's limit"
        for a in rated.adjustments
    ]
    lines.append(f"total: {_money(rated.net, rated)} net, {_money(rated.gross, rated)} gross, unrounded")
    return lines + [f"note {finding.code}: {finding.text}" for finding in rated.findings]


def describe(restrictions: Restrictions) -> str:
    """When a price applies, in the tariff's own terms; empty: always."""
    return ", ".join(_conditions(restrictions))


def plain(number: Decimal) -> str:
    """A decimal without exponent and without trailing zeros."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _line(line: Line, rated: Rated) -> str:
    unit = UNITS[line.dimension]
    name = f"reserved {line.dimension}" if line.heading is Heading.RESERVATION else str(line.dimension)
    when = describe(line.restrictions)
    volume = f"{plain(line.volume)} {unit}"
    if line.billed_volume != line.volume:
        step = f"{line.component.step_size} {STEP_UNITS[line.dimension]}"
        volume += f", billed {plain(line.billed_volume)} {unit} (step {step})"
    basis = "incl. tax" if rated.tax_included is TaxIncluded.YES else "net"
    price = f"{plain(line.unit_price)} {rated.currency}/{unit} {basis}"
    vat = "tax unknown" if line.vat_percent is None else f"tax {plain(line.vat_percent)} %"
    amounts = f"{_money(line.net, rated)} net, {_money(line.gross, rated)} gross"
    return f"{name}, element {line.element + 1}{f' ({when})' if when else ''}: {volume} x {price}, {vat} = {amounts}"


def _money(amount: Decimal | None, rated: Rated) -> str:
    return "unknown" if amount is None else f"{plain(amount)} {rated.currency}"


def _conditions(restrictions: Restrictions) -> Iterator[str]:
    for field in fields(Restrictions):
        value: Any = getattr(restrictions, field.name)
        if value is None or value == frozenset():
            continue
        if field.name == "weekdays":
            yield " ".join(WEEKDAYS[day - 1] for day in sorted(value))
        else:
            yield f"{field.name} {plain(value) if isinstance(value, Decimal) else value}"
