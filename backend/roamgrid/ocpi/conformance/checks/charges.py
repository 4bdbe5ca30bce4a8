"""Sessions and CDRs as far as they can be checked by themselves (OCPI Sessions; CDRs)."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from roamgrid.canonical.cdr import Cdr
from roamgrid.canonical.session import ChargingPeriod, Session, SessionStatus
from roamgrid.canonical.tariff import Dimension
from roamgrid.ocpi import kinds
from roamgrid.ocpi.conformance.check import Check
from roamgrid.ocpi.conformance.checks.places import locations
from roamgrid.ocpi.conformance.subject import Subject
from roamgrid.ocpi.conformance.verdicts import Finding, Notes, skipped
from roamgrid.ocpi.connections.model import Side
from roamgrid.ocpi.dialects.dialect import EnergyUnit
from roamgrid.ocpi.dialects.signs import Sign
from roamgrid.ocpi.dialects.suggest import Observed
from roamgrid.ocpi.wire.common.deviations import Refused

_MOST_KW = Decimal(1000)
_GRACE = Decimal("1.2")
_LEAST_KWH = Decimal("0.5")
"""So much is plausible in any time: readings are rounded, and clocks differ."""
_YEAR_OF_UNKNOWN = 1970
_TOLERANCE = Decimal("0.01")


async def _sessions(subject: Subject) -> list[Session]:
    found = []
    for raw in await subject.objects("sessions"):
        try:
            found.append(subject.adapter.read(kinds.SESSION, raw, subject.connection.only_party).value)
        except Refused:
            continue  # said by `sessions.objects`
    return found


async def _cdrs(subject: Subject) -> list[Cdr]:
    found = []
    for raw in await subject.objects("cdrs"):
        try:
            found.append(subject.adapter.read(kinds.CDR, raw, subject.connection.only_party).value)
        except Refused:
            continue  # said by `cdrs.objects`
    return found


async def _session_energy(subject: Subject) -> Finding:
    known = await _sessions(subject)
    powers = await _powers(subject)
    charges = [(one.kwh, one.start, one.end or one.last_updated, powers.get(one.evse_uid, _MOST_KW)) for one in known]
    return _plausible(subject, "sessions", charges)


async def _cdr_energy(subject: Subject) -> Finding:
    known = await _cdrs(subject)
    powers = await _powers(subject)
    charges = [(one.total_energy, one.start, one.end, powers.get(one.place.evse_uid, _MOST_KW)) for one in known]
    return _plausible(subject, "cdrs", charges)


def _plausible(subject: Subject, module: str, charges: list[tuple[Decimal, datetime, datetime, Decimal]]) -> Finding:
    """As it was sent, whatever the dialect makes of it: no more than the power gives in the time."""
    charged = [charge for charge in charges if charge[0] > 0]
    if not charged:
        return skipped("there is no charge with energy to look at")
    notes, unit = Notes(), subject.adapter.dialect.energy_unit
    too_much = []
    for kwh, start, end, power in charged:
        stated = unit.of_kwh(kwh)
        hours = Decimal(max(0, int((end - start).total_seconds()))) / 3600
        most = max(hours * power * _GRACE, _LEAST_KWH)
        if stated > most:
            too_much.append((stated, most))
    in_wh = [stated for stated, most in too_much if EnergyUnit.WH.kwh(stated) <= most]
    if too_much:
        stated, most = too_much[0]
        note = (
            f"{len(too_much)} of {len(charged)} charges got more than their connector gives: {stated} where {most:.1f} kWh fit"
        )
        observed = (Observed(Sign.ENERGY_IN_WH, module, f"{stated} in a charge of up to {most:.1f} kWh", len(in_wh)),)
        absorbed = unit is EnergyUnit.WH or not in_wh
        (notes.deviates if absorbed else notes.fails)(note, *(observed if in_wh else ()))
    return notes.finding()


async def _powers(subject: Subject) -> dict[str, Decimal]:
    """kW of the strongest connector of each EVSE in the sample."""
    return {
        evse.uid: max(Decimal(plug.max_power_w) / 1000 for plug in evse.connectors)
        for one in await locations(subject)
        for evse in one.evses
        if evse.connectors and all(plug.max_power_w >= 1000 for plug in evse.connectors)
    }


async def _ended(subject: Subject) -> Finding:
    """What has a CDR is over."""
    known = await _sessions(subject)
    if not known:
        return skipped("there is no session to look at")
    billed = {one.session_id for one in await _cdrs(subject) if one.session_id}
    notes = Notes()
    final = (SessionStatus.COMPLETED, SessionStatus.INVALID)
    open_ = [one for one in known if one.id in billed and one.status not in final]
    if open_:
        notes.deviates(f"{len(open_)} sessions with a CDR are still {open_[0].status}")
    for one in known:
        registers = {item.dimension for period in one.periods for item in period.volumes}
        if "ENERGY" in registers and "ENERGY_IMPORT" in registers:
            notes.deviates("periods report ENERGY_IMPORT beside ENERGY; only ENERGY is counted")
        if one.token.uid != one.token.uid.upper() and one.token.uid == one.token.uid.lower():
            notes.deviates("uids of tokens are in lower case; they are compared without case")
        if one.end is not None and one.end < one.start:
            notes.deviates("a session ends before it starts")
    return notes.finding()


async def _sums(subject: Subject) -> Finding:
    """A CDR must agree with itself, or nobody can say what it claims."""
    known = await _cdrs(subject)
    if not known:
        return skipped("there is no CDR to look at")
    notes = Notes()
    for cdr in known:
        for note in _contradictions(cdr):
            notes.deviates(note)
    if subject.adapter.dialect.interface_roles:
        for cdr in known:
            for note in _unsaid(cdr):
                notes.deviates(note)
    return notes.finding()


def _contradictions(cdr: Cdr) -> Iterator[str]:
    energy = sum((item.volume for period in cdr.periods for item in period.volumes if item.dimension == "ENERGY"), Decimal())
    if energy and abs(energy - cdr.total_energy) > _TOLERANCE:
        yield "total_energy is not the sum of the periods"
    if cdr.start.year == _YEAR_OF_UNKNOWN:
        yield "start_date_time is 1970: when the charge began is unknown"
    elif cdr.end < cdr.start:
        yield "a CDR ends before it starts"
    if not cdr.credit and cdr.total_energy > 0 and cdr.total_cost.net == 0 and _costs_something(cdr):
        yield "total_cost is 0 although its tariff is not: somebody else is to price it"
    if any(item.dimension == "FLAT" for period in cdr.periods for item in period.volumes) and cdr.total_fixed_cost is not None:
        yield "a period has the dimension FLAT, which 2.2 and later do not know"
    if not cdr.place.evse_uid:
        yield "the CDR does not say at which EVSE it was"
    if cdr.total_parking_time and not _parked(cdr.periods):
        yield "total_parking_time has no period with PARKING_TIME"
    if cdr.total_cost.gross is None:
        yield "total_cost says nothing of VAT"


def _unsaid(cdr: Cdr) -> Iterator[str]:
    parts = (cdr.total_fixed_cost, cdr.total_energy_cost, cdr.total_time_cost, cdr.total_parking_cost)
    if cdr.total_cost.net and all(part is None for part in parts):
        yield "total_cost has no parts (total_energy_cost and so on)"


def _costs_something(cdr: Cdr) -> bool:
    components = [part for tariff in cdr.tariffs for element in tariff.elements for part in element.components]
    return any(part.price > 0 and part.dimension is not Dimension.PARKING_TIME for part in components)


def _parked(periods: tuple[ChargingPeriod, ...]) -> bool:
    return any(item.dimension == "PARKING_TIME" for period in periods for item in period.volumes)


async def _tariffs_told(subject: Subject) -> Finding:
    """The tariff in a CDR is the one that counts; it should be the one that drivers were shown."""
    known = await _cdrs(subject)
    named = {
        (evse.uid, plug.id): plug.tariff_ids
        for one in await locations(subject)
        for evse in one.evses
        for plug in evse.connectors
    }
    places = [(cdr, named.get((cdr.place.evse_uid, cdr.place.connector_id))) for cdr in known if cdr.tariffs]
    compared = [(cdr, tariffs) for cdr, tariffs in places if tariffs]
    if not compared:
        return skipped("no CDR names a tariff and a connector of the sample")
    notes = Notes()
    for cdr, tariffs in compared:
        told = {tariff.id for tariff in cdr.tariffs}
        if not told & set(tariffs):
            notes.deviates(f"a CDR is priced by {', '.join(sorted(told))}, its connector names {', '.join(tariffs)}")
    return notes.finding()


async def _replay(subject: Subject) -> Finding:
    """What was billed once must read the same ever after."""
    if not await subject.objects("cdrs"):
        return skipped("there is no CDR to look at")
    notes = Notes()
    before = {cdr.id: cdr for cdr in await _cdrs(subject)}
    again = (await subject.page("cdrs", limit=str(len(before) + 5))).objects() or []
    for raw in again:
        try:
            cdr = subject.adapter.read(kinds.CDR, raw, subject.connection.only_party).value
        except Refused:
            continue  # said by `cdrs.objects`
        if cdr.id in before and cdr != before[cdr.id]:
            notes.fails(f"CDR {cdr.id} says something else than a moment ago")
    return notes.finding()


CHECKS = (
    Check("sessions.energy", "Energy of sessions is in kWh", "Sessions, Session Object", _session_energy, Side.CPO, "sessions"),
    Check("sessions.state", "Sessions end with their CDR", "Sessions, SessionStatus", _ended, Side.CPO, "sessions"),
    Check("cdrs.energy", "Energy of CDRs is in kWh", "CDRs, CDR Object", _cdr_energy, Side.CPO, "cdrs"),
    Check("cdrs.sums", "CDRs agree with themselves", "CDRs, CDR Object", _sums, Side.CPO, "cdrs"),
    Check("cdrs.tariffs", "CDRs are priced as announced", "CDRs, CDR Object; issue 273", _tariffs_told, Side.CPO, "cdrs"),
    Check("cdrs.replay", "CDRs never change", "CDRs, Flow and Lifecycle", _replay, Side.CPO, "cdrs"),
)
