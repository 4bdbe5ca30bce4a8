"""What a charge costs under the operator's own tariff, in exact decimals.

Written apart from `roamgrid.pricing` on purpose: the platform checks these totals, so both must not share a mistake.
OCPI 2.2.1 mod_tariffs (PriceComponent, step_size) and mod_cdrs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

from roamgrid.sandbox.cpo.charge import Period
from roamgrid.sandbox.cpo.tariff import Component, Kind, Limit, Tariff

_FOUR_PLACES = Decimal("0.0001")
_UNITS: dict[Kind, int] = {"FLAT": 1, "ENERGY": 1000, "TIME": 3600, "PARKING_TIME": 3600}


@dataclass(frozen=True, slots=True)
class Amount:
    """Net, and gross where the tariff names VAT at all."""

    excl_vat: Decimal
    incl_vat: Decimal | None

    def rounded(self) -> "Amount":
        """To four decimals, half to even."""
        gross = None if self.incl_vat is None else self.incl_vat.quantize(_FOUR_PLACES, ROUND_HALF_EVEN)
        return Amount(self.excl_vat.quantize(_FOUR_PLACES, ROUND_HALF_EVEN), gross)


@dataclass(frozen=True, slots=True)
class Cost:
    """The total (after minimum and maximum price) and its parts; a part is None where nothing of it was priced."""

    total: Amount
    parts: dict[Kind, Amount]


@dataclass(slots=True)
class _Line:
    """A volume in Wh, seconds, or sessions at one component's price."""

    component: Component
    volume: int

    @property
    def net(self) -> Decimal:
        return self.component.price * self.volume / _UNITS[self.component.kind]

    @property
    def gross(self) -> Decimal:
        return self.net * (100 + (self.component.vat or 0)) / 100


def price(tariff: Tariff, periods: Sequence[Period]) -> Cost:
    """Price a charge. Each period costs what the component that counted at its start says; step sizes come last."""
    lines = _lines(periods)
    _round_up_to_step(lines, ("ENERGY",))
    _round_up_to_step(lines, ("TIME", "PARKING_TIME"))
    total = _limited(_sum(lines), tariff.min_price, tariff.max_price)
    kinds = dict.fromkeys(line.component.kind for line in lines)
    parts = {kind: _sum([line for line in lines if line.component.kind == kind]).rounded() for kind in kinds}
    return Cost(total.rounded(), parts)


def _lines(periods: Sequence[Period]) -> list[_Line]:
    lines: list[_Line] = []
    for period in periods:
        volumes: dict[Kind, int] = {
            "FLAT": 0 if any(line.component.kind == "FLAT" for line in lines) else 1,
            "ENERGY": period.watt_hours,
            "TIME": period.seconds if period.charging else 0,
            "PARKING_TIME": 0 if period.charging else period.seconds,
        }
        lines += [_Line(period.components[kind], volumes[kind]) for kind in volumes if kind in period.components]
    return [line for line in lines if line.volume]


def _round_up_to_step(lines: list[_Line], group: tuple[Kind, ...]) -> None:
    """Bill started steps: the last priced line of the group pays what its dimension lacks to a whole step."""
    last = next((line for line in reversed(lines) if line.component.kind in group), None)
    if last is None or last.component.step_size <= 1:
        return
    volume = sum(line.volume for line in lines if line.component.kind == last.component.kind)
    last.volume += -volume % last.component.step_size


def _sum(lines: Sequence[_Line]) -> Amount:
    net = sum((line.net for line in lines), Decimal())
    knows_vat = any(line.component.vat is not None for line in lines)
    return Amount(net, sum((line.gross for line in lines), Decimal()) if knows_vat else None)


def _limited(amount: Amount, low: Limit | None, high: Limit | None) -> Amount:
    """Minimum and maximum bind net and gross each by itself."""
    net, gross = amount.excl_vat, amount.incl_vat
    if low:
        net = max(net, low.excl_vat)
        gross = gross if gross is None or low.incl_vat is None else max(gross, low.incl_vat)
    if high:
        net = min(net, high.excl_vat)
        gross = gross if gross is None or high.incl_vat is None else min(gross, high.incl_vat)
    return Amount(net, gross)
