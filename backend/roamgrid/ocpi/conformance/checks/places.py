"""Locations and tariffs as they belong together (OCPI Locations; Tariffs)."""

import asyncio
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from urllib.parse import quote

from roamgrid.canonical.location import Connector, Location
from roamgrid.canonical.tariff import Tariff
from roamgrid.kernel import json
from roamgrid.ocpi import kinds
from roamgrid.ocpi.conformance.check import Check
from roamgrid.ocpi.conformance.subject import Subject
from roamgrid.ocpi.conformance.verdicts import Finding, Notes, skipped
from roamgrid.ocpi.connections.model import Side
from roamgrid.ocpi.dialects.signs import Sign
from roamgrid.ocpi.dialects.suggest import Observed
from roamgrid.ocpi.mapping.electricity import derived_power_w
from roamgrid.ocpi.wire.common.deviations import Refused

_JUST_NOW = timedelta(seconds=30)
_TO_TELL_APART_S = 1.1
_LEAST_W = 1000


async def locations(subject: Subject) -> list[Location]:
    """Those of the sample that can be read. Raises `PartnerUnavailable`."""
    found = []
    for raw in await subject.objects("locations"):
        try:
            found.append(subject.adapter.read(kinds.LOCATION, raw, subject.connection.only_party).value)
        except Refused:
            continue  # said by `locations.objects`
    return found


async def tariffs(subject: Subject) -> list[Tariff]:
    """Those of the sample that can be read. Raises `PartnerUnavailable`."""
    found = []
    for raw in await subject.objects("tariffs"):
        try:
            found.append(subject.adapter.read(kinds.TARIFF, raw, subject.connection.only_party).value)
        except Refused:
            continue  # said by `tariffs.objects`
    return found


async def _single(subject: Subject) -> Finding:
    known, url = await locations(subject), subject.list_address("locations")
    if not known or url is None:
        return skipped("there is none to ask for")
    notes = Notes()
    one = known[0]
    paths = {"location": [one.id]}
    if one.evses:
        paths["EVSE"] = [one.id, one.evses[0].uid]
        if one.evses[0].connectors:
            paths["connector"] = [*paths["EVSE"], one.evses[0].connectors[0].id]
    for what, path in paths.items():
        seen = await subject.probe.get(subject.below(url, *(quote(part, safe="") for part in path)))
        if not seen.succeeded:
            notes.deviates(f"a single {what} cannot be asked for: {seen.said()}")
    return notes.finding()


async def _unknown(subject: Subject) -> Finding:
    url = subject.list_address("locations")
    notes = Notes()
    seen = await subject.probe.get(subject.below(url or "", "ROAMGRID-CHECK-NOWHERE"))
    if seen.succeeded or seen.http >= 500:
        notes.fails(f"a location that does not exist is answered with {seen.said()}")
    elif seen.http != 404:
        notes.deviates(f"a location that does not exist is answered with {seen.said()} instead of 404")
    return notes.finding()


async def _dates(subject: Subject) -> Finding:
    """A change within an EVSE is a change of its location, or deltas miss it."""
    known = await locations(subject)
    if not known:
        return skipped("there is none to look at")
    notes = Notes()
    stale = [one for one in known if any(evse.last_updated > one.last_updated for evse in one.evses)]
    if stale:
        sign = Observed(Sign.DELTAS_UNRELIABLE, "locations", f"{len(stale)} of {len(known)} older than their EVSEs", len(stale))
        notes.deviates(f"last_updated of {len(stale)} of {len(known)} locations is older than that of an EVSE within", sign)
    if all(one.last_updated > datetime.now(UTC) - _JUST_NOW for one in known):
        await _moving(subject, known[0], notes)
    return notes.finding()


async def _moving(subject: Subject, before: Location, notes: Notes) -> None:
    """A whole sample that changed within seconds is unlikely; asked again a little later, it tells."""
    await asyncio.sleep(_TO_TELL_APART_S)
    again = (await subject.page("locations", limit="1")).objects() or [b""]
    try:
        after = subject.adapter.read(kinds.LOCATION, again[0], subject.connection.only_party).value
    except Refused:
        return
    if after.id == before.id and after.last_updated > before.last_updated:
        sign = Observed(Sign.DELTAS_UNRELIABLE, "locations", "last_updated is the moment of the answer")
        notes.deviates("last_updated is the moment of the answer, so that every delta is everything", sign)


async def _power(subject: Subject) -> Finding:
    """Stated power that is a thousandth of what volts and amperes give is kW."""
    stated = await _stated_power(subject)
    if not stated:
        return skipped("no connector states its power")
    notes = Notes()
    small = [(plug, power) for plug, power in stated if 0 < power < _LEAST_W]
    if small:
        in_kw = sum(_fits(plug, power * 1000) for plug, power in small)
        observed = (Observed(Sign.POWER_IN_KW, "locations", f"{small[0][1]} W", in_kw),) if in_kw else ()
        notes.deviates(
            f"{len(small)} of {len(stated)} connectors state less than {_LEAST_W} W, such as {small[0][1]}", *observed
        )
    return notes.finding()


async def _stated_power(subject: Subject) -> list[tuple[Connector, Decimal]]:
    """As it was sent, whatever the dialect makes of it."""
    found = []
    for raw in await subject.objects("locations"):
        try:
            one = subject.adapter.read(kinds.LOCATION, raw, subject.connection.only_party).value
        except Refused:
            continue  # said by `locations.objects`
        plugs = {(evse.uid, plug.id): plug for evse in one.evses for plug in evse.connectors}
        for evse in json.loads(raw).get("evses") or []:
            for connector in evse.get("connectors") or []:
                plug = plugs.get((str(evse.get("uid")), str(connector.get("id"))))
                power = _number(connector.get("max_electric_power"))
                if plug is not None and power is not None:
                    found.append((plug, power))
    return found


def _number(value: object) -> Decimal | None:
    try:
        return None if value is None else Decimal(str(value))
    except InvalidOperation:
        return None


def _fits(plug: Connector, watts: Decimal) -> bool:
    """Whether volts and amperes can give it, roughly; where they are not told, whether any station can."""
    derived = derived_power_w(plug.max_voltage_v, plug.max_amperage_a, plug.power_type)
    return watts <= (derived * 2 if derived else 1_000_000)


async def _resolvable(subject: Subject) -> Finding:
    known, priced = await locations(subject), await tariffs(subject)
    named = {tariff for one in known for evse in one.evses for plug in evse.connectors for tariff in plug.tariff_ids}
    if not named:
        return skipped("no connector names a tariff")
    if subject.list_address("tariffs") is None:
        return skipped("they offer no tariffs")
    unread = (await subject.sample("tariffs")).headers.get("x-total-count", "")
    if unread.isdigit() and int(unread) > len(priced):
        return skipped("there are more tariffs than the sample holds")
    notes = Notes()
    gone = sorted(named - {tariff.id for tariff in priced})
    if gone:
        notes.deviates(f"{len(gone)} of {len(named)} tariffs that connectors name are not in the list, such as {gone[0]}")
    return notes.finding()


async def _hours(subject: Subject) -> Finding:
    """Opening hours are within one day; what goes on after midnight is the next day's."""
    notes = Notes()
    for raw in await subject.objects("locations"):
        hours = json.loads(raw).get("opening_times")
        for span in (hours.get("regular_hours") or []) if isinstance(hours, dict) else []:
            begin, end = str(span.get("period_begin")), str(span.get("period_end"))
            if end == "24:00":
                notes.deviates("opening hours end at 24:00")
            elif end <= begin:
                notes.deviates("opening hours run past midnight")
    return notes.finding()


async def _steps(subject: Subject) -> Finding:
    known = await tariffs(subject)
    if not known:
        return skipped("there is none to look at")
    notes = Notes()
    zero = [tariff.id for tariff in known if any(part.step_size == 0 for one in tariff.elements for part in one.components)]
    if zero:
        notes.deviates(f"{len(zero)} of {len(known)} tariffs have a step_size of 0, such as {zero[0]}; it is charged exactly")
    return notes.finding()


CHECKS = (
    Check("locations.hours", "Opening hours are within a day", "Locations, RegularHours", _hours, Side.CPO, "locations"),
    Check("tariffs.steps", "Steps are at least 1", "Tariffs, PriceComponent", _steps, Side.CPO, "tariffs"),
    Check("locations.single", "Single locations, EVSEs and connectors can be asked for", "Locations, GET Object", _single,
          Side.CPO, "locations"),
    Check("locations.unknown", "An unknown location is not found", "Status codes", _unknown, Side.CPO, "locations"),
    Check("locations.dates", "last_updated tells what changed", "Locations, Location Object", _dates, Side.CPO, "locations"),
    Check("locations.power", "Power is in W", "Locations, Connector Object", _power, Side.CPO, "locations",
          versions=("2.2.1", "2.3.0")),
    Check("locations.tariffs", "Tariffs of connectors can be found", "Locations, Connector Object", _resolvable, Side.CPO,
          "locations", hint="The price of such a connector is unknown; drivers see no price."),
)  # fmt: skip
