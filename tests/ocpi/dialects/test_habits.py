"""Names and units within documents: undone when heard, done when said, and never both."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roamgrid.canonical.party import PartyId
from roamgrid.kernel import json
from roamgrid.ocpi import kinds
from roamgrid.ocpi.adapter import adapter_for
from roamgrid.ocpi.conformance.checks.specimens import specimen_location
from roamgrid.ocpi.dialects.dialect import dialect
from roamgrid.ocpi.dialects.habits import heard, said, whole_seconds
from roamgrid.ocpi.speech import Carried
from roamgrid.ocpi.wire.common.deviations import Code, Refused

KW, CAMEL, WHOLE = (dialect(name, "2.2.1") for name in ("kw_power", "camel_case_tariffs", "whole_seconds"))
OWNER = PartyId("NL", "KWD")
TARIFF = {
    "country_code": "NL", "party_id": "KWD", "id": "T", "currency": "EUR", "last_updated": "2026-05-01T10:00:00Z",
    "elements": [{"price_components": [{"type": "ENERGY", "price": 0.3, "step_size": 1}],
                  "restrictions": {"startTime": "08:00"}}],
}  # fmt: skip


def location(**connector: Any) -> bytes:
    document = adapter_for("2.2.1", "default").write(kinds.LOCATION, specimen_location(OWNER)).document
    document["evses"][0]["connectors"][0] |= connector
    return json.dumps(document)


def test_power_in_kw_is_read_exactly():
    read = adapter_for("2.2.1", "kw_power").read(kinds.LOCATION, location(max_electric_power=Decimal("22.08")))
    plug = read.value.evses[0].connectors[0]
    assert (plug.max_power_w, plug.power_is_derived) == (22_080, False)
    assert {one.code for one in read.deviations} == {Code.NO_TARIFF}


def test_without_the_dialect_such_a_power_is_derived():
    read = adapter_for("2.2.1", "default").read(kinds.LOCATION, location(max_electric_power=Decimal("22.08")))
    assert read.value.evses[0].connectors[0].power_is_derived


def test_a_partner_that_counts_in_kw_is_told_in_kw():
    document = adapter_for("2.2.1", "kw_power").write(kinds.LOCATION, specimen_location(OWNER)).document
    assert document["evses"][0]["connectors"][0]["max_electric_power"] == 11


def test_another_partner_gets_watts_of_what_came_in_kw():
    raw = location(max_electric_power=Decimal("22.08"))
    source, target = adapter_for("2.2.1", "kw_power"), adapter_for("2.2.1", "default")
    value = source.read(kinds.LOCATION, raw).value
    told = target.write(kinds.LOCATION, value, Carried("2.2.1", raw, source.dialect)).document
    assert told["evses"][0]["connectors"][0]["max_electric_power"] == 22_080


def test_camel_case_is_refused_without_the_dialect_and_read_with_it():
    raw = json.dumps(TARIFF)
    with pytest.raises(Refused):
        adapter_for("2.2.1", "default").read(kinds.TARIFF, raw)
    tariff = adapter_for("2.2.1", "camel_case_tariffs").read(kinds.TARIFF, raw).value
    restrictions = tariff.elements[0].restrictions
    assert restrictions is not None and restrictions.start_time is not None and restrictions.start_time.hour == 8


def test_a_field_that_is_there_under_both_names_keeps_its_own():
    assert heard({"startTime": "a", "start_time": "b"}, CAMEL) == {"startTime": "a", "start_time": "b"}


@given(st.integers(min_value=0, max_value=4_000_000_000_000))
def test_whole_seconds_are_never_later(milliseconds: int):
    moment = datetime(1980, 1, 1, tzinfo=UTC) + timedelta(milliseconds=milliseconds)
    written = adapter_for("2.2.1", "default").write_date(moment)
    short = whole_seconds(written)
    assert "." not in short
    assert short[:19] == written[:19]


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
def test_the_default_dialect_touches_nothing(document: Any):
    ways = dialect("default", "2.2.1")
    assert heard(document, ways) is document
    assert said(document, ways) is document


@given(st.integers(min_value=0, max_value=400_000))
def test_power_survives_both_ways(watts: int):
    assert heard(said({"max_electric_power": watts}, KW), KW) == {"max_electric_power": watts}


def test_only_moments_lose_their_fraction():
    document = {"last_updated": "2026-05-01T10:00:00.125Z", "name": "A.125Z", "at": ["2026-05-01T10:00:00.5"]}
    assert said(document, WHOLE) == {"last_updated": "2026-05-01T10:00:00Z", "name": "A.125Z", "at": ["2026-05-01T10:00:00"]}
