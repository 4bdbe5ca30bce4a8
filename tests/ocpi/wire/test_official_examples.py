"""The specification's own examples are read, and where they break its rules we say so."""

from collections.abc import Callable
from fnmatch import fnmatch
from functools import partial
from typing import Any

import pytest

from roamgrid.kernel import json
from roamgrid.ocpi import kinds
from roamgrid.ocpi.adapter import adapter_for
from roamgrid.ocpi.wire.common.compile import object_reader
from roamgrid.ocpi.wire.common.deviations import Deviation, Read
from roamgrid.ocpi.wire.common.envelope import read_envelope, split
from roamgrid.ocpi.wire.common.versions import read_version_details, read_versions
from roamgrid.ocpi.wire.v2_2_1.location import Evse, Hours
from roamgrid.ocpi.wire.v2_2_1.types import DisplayText, EnergyMix
from tests.ocpi.facts import SHARED, shared

FOLDER = "ocpi/examples/2.2.1"
PRESENT = sorted(path.name for path in (SHARED / FOLDER).glob("*.json"))
adapter = adapter_for("2.2.1", "default")


def fragment(kind: Any, member: str | None = None) -> Callable[[bytes], Read[Any]]:
    """A reader of a part that the specification shows alone."""
    read = object_reader(kind)

    def read_fragment(raw: bytes) -> Read[Any]:
        found: list[Deviation] = []
        document = json.loads(raw)
        return Read(read(document[member] if member else document, found), tuple(found))

    return read_fragment


READERS: dict[str, Callable[[bytes], Read[Any]]] = {
    "cdr_example*": partial(adapter.read, kinds.CDR),
    "credentials_example*": partial(adapter.read, kinds.CREDENTIALS),
    "location_example*": partial(adapter.read, kinds.LOCATION),
    "location_energymix*": fragment(EnergyMix, "energy_mix"),
    "location_hours*": fragment(Hours),
    "location_regularhours*": fragment(Hours, "opening_times"),
    "location_put_example_add_evse*": fragment(Evse),
    "session_example*": partial(adapter.read, kinds.SESSION),
    "tariff*": partial(adapter.read, kinds.TARIFF),
    "token_example*": partial(adapter.read, kinds.TOKEN),
    "token_put*": partial(adapter.read, kinds.TOKEN),
    "type_displaytext*": fragment(DisplayText),
    "version_details*": read_version_details,
    "versions_info*": read_versions,
    "transport_and_format_get_token_example*": lambda raw: adapter.read(kinds.TOKEN, read_envelope(raw).data or b""),
    "transport_and_format_get_token_list*": lambda raw: adapter.read(kinds.TOKEN, split(read_envelope(raw).data or b"")[0]),
    "transport_and_format_version_details*": lambda raw: read_version_details(read_envelope(raw).data or b""),
    "transport_and_format_version_info*": lambda raw: read_versions(read_envelope(raw).data or b""),
}
PARTIAL = ("*_patch_*", "inline_*", "_index.json")
"""Bodies of PATCH requests are no whole objects; the inline ones are an error without data and broken JSON."""

NO_POWER = {("POWER_MISSING", "/evses/*/connectors/*/max_electric_power")}
NO_TARIFF = {("NO_TARIFF", "/evses/*/connectors/*/tariff_ids")}
DEVIATIONS = {
    "location_example.json": NO_POWER,
    "location_example_*": NO_POWER | NO_TARIFF,
    "location_put_example_add_evse*": {
        ("MISSING_FIELD", "/connectors/*/power_type"),
        ("MISSING_FIELD", "/connectors/*/max_voltage"),
        ("MISSING_FIELD", "/connectors/*/max_amperage"),
        ("MISSING_FIELD", "/connectors/*/last_updated"),
        ("WRONG_TYPE", "/physical_reference"),
        ("UNKNOWN_FIELD", "/*"),
    },
    "tariff_put_example*": {("MISSING_FIELD", "/last_updated")},
}


@pytest.mark.skipif(not PRESENT, reason=f"the specification's examples are not there: put them at {SHARED / FOLDER}")
def test_every_example_is_accounted_for():
    assert [name for name in PRESENT if not any(fnmatch(name, known) for known in (*READERS, *PARTIAL))] == []


@pytest.mark.parametrize("name", [name for name in PRESENT if not any(fnmatch(name, partial) for partial in PARTIAL)])
def test_an_example_is_read_and_its_deviations_named(name: str):
    read = _for(READERS, name)(shared(f"{FOLDER}/{name}").read_bytes())
    found = {(deviation.code.value, deviation.field) for deviation in read.deviations}
    assert found == (_for(DEVIATIONS, name) if any(fnmatch(name, known) for known in DEVIATIONS) else set())


def _for(by_pattern: dict[str, Any], name: str) -> Any:
    return next(value for pattern, value in by_pattern.items() if fnmatch(name, pattern))
