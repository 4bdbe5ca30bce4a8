"""The Dutch national feed as it was on two days in 2026: 35 operators, all the quirks that real feeds have."""

import gzip
from collections import Counter

import msgspec

from roamgrid.ocpi import kinds
from roamgrid.ocpi.adapter import adapter_for
from roamgrid.ocpi.wire.common.deviations import Deviation
from tests.ocpi.facts import feed_lines, shared

adapter = adapter_for("2.2.1", "default")


def counted(deviations: list[Deviation]) -> dict[str, int]:
    return dict(Counter(deviation.code.value for deviation in deviations))


def test_every_location_is_read():
    deviations: list[Deviation] = []
    evses, connectors, derived, parties = 0, 0, 0, set()
    for line in feed_lines("locations-2026-06-02.jsonl.gz"):
        read = adapter.read(kinds.LOCATION, line)
        deviations += read.deviations
        parties.add(read.value.party)
        evses += len(read.value.evses)
        plugs = [plug for evse in read.value.evses for plug in evse.connectors]
        connectors += len(plugs)
        derived += sum(plug.power_is_derived for plug in plugs)
    assert (len(parties), evses, connectors, derived) == (35, 92_749, 93_249, 48_676)
    assert counted(deviations) == {
        "POWER_MISSING": 48_672,
        "NO_TARIFF": 17_093,
        "EVSE_ID_MISSING": 360,
        "EVSE_ID_FORM": 110,
        "VALUE_CASE": 94,
        "MANY_EVSES": 17,
        "POWER_IMPLAUSIBLE": 4,
    }


def test_every_tariff_is_read():
    tariffs = [adapter.read(kinds.TARIFF, line) for line in feed_lines("tariffs-2026-06-02.jsonl.gz")]
    assert len(tariffs) == 6_411
    assert counted([deviation for read in tariffs for deviation in read.deviations]) == {"VAT_NULL": 21_264}
    assert sum(len(read.value.elements) for read in tariffs) == sum(
        line.count(b'"price_components"') for line in feed_lines("tariffs-2026-06-02.jsonl.gz")
    )


def test_explicit_nulls_are_survived_and_counted():
    """One municipality as the live feed sends it: 19 operators, unset fields as null."""
    with gzip.open(shared("data/nl-ocpi/raw-nulls-sample.json.gz")) as file:
        raws = msgspec.json.decode(file.read(), type=list[msgspec.Raw])
    reads = [adapter.read(kinds.LOCATION, bytes(raw)) for raw in raws]
    assert len(reads) == 238
    assert counted([deviation for read in reads for deviation in read.deviations]) == {
        "NULL_FIELD": 8_027,
        "POWER_MISSING": 118,
        "NO_TARIFF": 46,
        "EVSE_ID_MISSING": 2,
    }
