"""The operator's claim held against our own rating of the same charge."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from roamgrid.canonical.cdr import Cdr
from roamgrid.canonical.tariff import Restrictions, Tariff
from roamgrid.core.cdrs.models import CdrRow
from roamgrid.core.locations import service as locations
from roamgrid.core.tariffs import service as tariffs
from roamgrid.core.tariffs.models import TariffVersion
from roamgrid.pricing import Rated, UnknownTimeZone, Usage, Verdict, VerdictKind, compare, explain, rate
from roamgrid.pricing.usage import zone
from roamgrid.tenancy.database import Work

_ANY_CLOCK = "UTC"


class TariffOrigin(StrEnum):
    """Where the tariff of a rating came from: the offer's pin, the CDR itself, the live tariffs; or there is none."""

    PINNED = "PINNED"
    EMBEDDED = "EMBEDDED"
    LIVE = "LIVE"
    NONE = "NONE"


@dataclass(frozen=True, slots=True)
class Basis:
    """What a rating rests on. `time_zone` None: the station is unknown, so its local time is too."""

    tariff: Tariff | None
    version: UUID | None
    origin: TariffOrigin
    time_zone: str | None

    @property
    def sound(self) -> bool:
        """Whether a rating means something: there is a tariff with prices, and the local time where it matters."""
        tariff = self.tariff
        if tariff is None or not tariff.elements:
            return False
        return self.time_zone is not None or not any(_local(element.restrictions) for element in tariff.elements)

    def rate(self, tariff: Tariff, cdr: Cdr) -> Rated:
        """Rate the CDR at the station's local time."""
        return rate(tariff, Usage.of_cdr(cdr, self.time_zone or _ANY_CLOCK))


@dataclass(frozen=True, slots=True)
class Verification:
    """The verdict and everything that it rests on, as text."""

    basis: Basis
    verdict: Verdict
    evidence: Mapping[str, Any]


async def basis_of(work: Work, row: CdrRow, pinned: UUID | None) -> Basis:
    """The pinned tariff version; without one the tariff that the CDR carries; else the live one that its periods name."""
    cdr = row.cdr
    time_zone = _known_zone(await locations.time_zone(work, row.source, cdr.party, cdr.place.location_id))
    version = await tariffs.version(work, pinned) if pinned else None
    if version is not None:
        return Basis(version.tariff, version.id, TariffOrigin.PINNED, time_zone)
    if cdr.tariffs:
        return Basis(_named_first(cdr), None, TariffOrigin.EMBEDDED, time_zone)
    live = await _live(work, row)
    if live is not None:
        return Basis(live.tariff, live.id, TariffOrigin.LIVE, time_zone)
    return Basis(None, None, TariffOrigin.NONE, time_zone)


def verify(cdr: Cdr, basis: Basis) -> Verification:
    """Rate and compare. Net with net, gross with gross; one minor unit of difference is the operator's rounding."""
    if basis.tariff is None:
        verdict = Verdict(VerdictKind.NOT_VERIFIABLE, None, None, ("no tariff is known",))
        return Verification(basis, verdict, _evidence(cdr, basis, verdict, None))
    rated = basis.rate(basis.tariff, cdr)
    verdict = compare(rated, cdr.total_cost, cdr.currency)
    if verdict.kind is VerdictKind.MISMATCH and not basis.sound:
        reasons = (*verdict.reasons, "the station's local time is unknown")
        verdict = Verdict(VerdictKind.NOT_VERIFIABLE, verdict.net_difference, verdict.gross_difference, reasons)
    return Verification(basis, verdict, _evidence(cdr, basis, verdict, rated))


async def _live(work: Work, row: CdrRow) -> TariffVersion | None:
    named = list(dict.fromkeys(period.tariff_id for period in row.cdr.periods if period.tariff_id))
    found = await tariffs.current(work, row.source, row.cdr.party, named) if named else []
    return found[0] if found else None


def _known_zone(name: str | None) -> str | None:
    try:
        return zone(name).key if name else None
    except UnknownTimeZone:
        return None


def _named_first(cdr: Cdr) -> Tariff:
    named = {period.tariff_id for period in cdr.periods}
    return next((tariff for tariff in cdr.tariffs if tariff.id in named), cdr.tariffs[0])


def _local(restrictions: Restrictions | None) -> bool:
    if restrictions is None:
        return False
    clock = (restrictions.start_time, restrictions.end_time, restrictions.start_date, restrictions.end_date)
    return any(part is not None for part in clock) or bool(restrictions.weekdays)


def _evidence(cdr: Cdr, basis: Basis, verdict: Verdict, rated: Rated | None) -> dict[str, Any]:
    evidence: dict[str, Any] = {
        "tariff": {"origin": basis.origin, "id": basis.tariff.id if basis.tariff else None, "version": _text(basis.version)},
        "time_zone": basis.time_zone,
        "currency": cdr.currency,
        "claim": {"net": _text(cdr.total_cost.net), "gross": _text(cdr.total_cost.gross)},
        "difference": {"net": _text(verdict.net_difference), "gross": _text(verdict.gross_difference)},
        "reasons": list(verdict.reasons),
    }
    if rated is None:
        return evidence
    return evidence | {
        "ours": {"net": _text(rated.net), "gross": _text(rated.gross)},
        "dimensions": {
            heading.value: {"volume": _text(sums.volume), "billed": _text(sums.billed_volume), "net": _text(sums.net)}
            for heading, sums in rated.per_dimension().items()
        },
        "findings": [finding.code.value for finding in rated.findings],
        "explanation": explain(rated),
    }


def _text(value: object) -> str | None:
    return None if value is None else str(value)
