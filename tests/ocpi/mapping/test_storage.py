"""What was read is the same after it was stored and read again: nothing of a price or a volume is lost on the way."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from roamgrid.canonical.cdr import Cdr
from roamgrid.canonical.location import Location
from roamgrid.canonical.session import Session
from roamgrid.canonical.tariff import Tariff
from roamgrid.kernel import json
from roamgrid.ocpi import kinds
from roamgrid.ocpi.adapter import adapter_for
from roamgrid.ocpi.wire.common.deviations import Read
from tests.ocpi import objects
from tests.ocpi.facts import feed_lines

adapter = adapter_for("2.2.1", "default")
RESTRICTIONS = {
    "start_time": "08:00",
    "end_date": "2026-07-01",
    "max_kwh": 20.5,
    "min_duration": 60,
    "day_of_week": ["SUNDAY", "MONDAY"],
}


@pytest.mark.parametrize(
    ("read", "document", "kind"),
    [
        (partial(adapter.read, kinds.LOCATION), objects.location(), Location),
        (partial(adapter.read, kinds.TARIFF), objects.tariff(elements=[objects.element(restrictions=RESTRICTIONS)]), Tariff),
        (partial(adapter.read, kinds.SESSION), objects.session(total_cost={"excl_vat": 1.23}), Session),
        (partial(adapter.read, kinds.CDR), objects.cdr(), Cdr),
    ],
)
def test_a_value_survives_storage(read: Callable[[bytes], Read[Any]], document: dict[str, Any], kind: type[Any]):
    value = read(objects.raw(document)).value
    assert json.decode(json.encode(value), kind) == value


def test_every_tariff_of_the_national_feed_survives_storage():
    for line in feed_lines("tariffs-2026-06-07.delta.jsonl.gz"):
        value = adapter.read(kinds.TARIFF, line).value
        assert json.decode(json.encode(value), Tariff) == value
