"""The specification's own examples of 2.1.1 are read, what breaks its rules is named, and they come back as they were."""

from collections.abc import Callable
from fnmatch import fnmatch
from functools import partial
from typing import Any

import pytest

from roamgrid.canonical.party import PartyId
from roamgrid.kernel import json
from roamgrid.ocpi import kinds
from roamgrid.ocpi.adapter import adapter_for
from roamgrid.ocpi.speech import Carried, ObjectKind
from roamgrid.ocpi.wire.common.compile import object_reader
from roamgrid.ocpi.wire.common.deviations import Deviation, Read, Refused
from roamgrid.ocpi.wire.common.envelope import read_envelope, split
from roamgrid.ocpi.wire.common.versions import read_version_details, read_versions
from roamgrid.ocpi.wire.v2_1_1.location import Evse
from tests.ocpi.facts import SHARED, shared

FOLDER = "ocpi/examples/2.1.1"
PRESENT = sorted(path.name for path in (SHARED / FOLDER).glob("*.json"))
OWNER = PartyId("NL", "TNM")
adapter = adapter_for("2.1.1", "default")
_evse = object_reader(Evse)

KINDS: dict[str, ObjectKind[Any]] = {
    "credentials_01*": kinds.CREDENTIALS,
    "mod_cdrs_01*": kinds.CDR,
    "mod_locations_06*": kinds.LOCATION,
    "mod_sessions_02*": kinds.SESSION,
    "mod_sessions_03*": kinds.SESSION,
    "mod_tariffs_0[134567]*": kinds.TARIFF,
    "mod_tokens_0[13]*": kinds.TOKEN,
}


def one_evse(raw: bytes) -> Read[Evse]:
    found: list[Deviation] = []
    return Read(_evse(json.loads(raw), found), tuple(found))


def each(kind: ObjectKind[Any], items: Callable[[bytes], list[bytes]]) -> Callable[[bytes], Read[Any]]:
    """The objects inside an envelope."""

    def read(raw: bytes) -> Read[Any]:
        reads = [adapter.read(kind, item, OWNER) for item in items(read_envelope(raw).data or b"")]
        return Read([read.value for read in reads], tuple(deviation for read in reads for deviation in read.deviations))

    return read


READERS: dict[str, Callable[[bytes], Read[Any]]] = {
    **{pattern: partial(adapter.read, kind, owner=OWNER) for pattern, kind in KINDS.items()},
    "mod_locations_04*": one_evse,
    "transport_and_format_01*": lambda raw: read_versions(read_envelope(raw).data or b""),
    "transport_and_format_02*": lambda raw: read_version_details(read_envelope(raw).data or b""),
    "transport_and_format_03*": each(kinds.TOKEN, lambda data: [data]),
    "transport_and_format_04*": each(kinds.TOKEN, split),
    "version_information_endpoint_01*": read_versions,
    "version_information_endpoint_02*": read_version_details,
}
PATCHES = ("mod_locations_0[1235]*", "mod_sessions_01*", "mod_tariffs_02*", "mod_tokens_02*")
NO_OBJECT = ("_index.json", "transport_and_format_05*")
BROKEN = ("mod_locations_0[789]*", "mod_locations_10*")

ALPHA_2 = {("COUNTRY_FORM", "/location/country")}
NO_ROLE = {("MISSING_FIELD", "/endpoints/*/role")}
DEVIATIONS = {
    "mod_cdrs_01*": ALPHA_2 | {("WRONG_TYPE", "/tariffs/*/elements/*/price_components/*/price")},
    "mod_locations_04*": {
        ("MISSING_FIELD", "/last_updated"),
        ("MISSING_FIELD", "/connectors/*/power_type"),
        ("MISSING_FIELD", "/connectors/*/voltage"),
        ("MISSING_FIELD", "/connectors/*/amperage"),
        ("MISSING_FIELD", "/connectors/*/last_updated"),
        ("WRONG_TYPE", "/physical_reference"),
        ("WRONG_TYPE", "/floor_level"),
    },
    "mod_locations_06*": {("EVSE_ID_FORM", "/evses/*/evse_id")},
    "mod_tariffs_01*": {("MISSING_FIELD", "/last_updated")},
    "transport_and_format_02*": NO_ROLE,
    "version_information_endpoint_02*": NO_ROLE,
}


def _for(by_pattern: dict[str, Any], name: str, otherwise: Any = None) -> Any:
    return next((value for pattern, value in by_pattern.items() if fnmatch(name, pattern)), otherwise)


def _named(patterns: Any) -> list[str]:
    return [name for name in PRESENT if any(fnmatch(name, pattern) for pattern in patterns)]


@pytest.mark.skipif(not PRESENT, reason=f"the specification's examples are not there: put them at {SHARED / FOLDER}")
def test_every_example_is_accounted_for():
    assert sorted(_named((*READERS, *PATCHES, *NO_OBJECT, *BROKEN))) == PRESENT


@pytest.mark.parametrize("name", _named(READERS))
def test_an_example_is_read_and_its_deviations_named(name: str):
    read = _for(READERS, name)(shared(f"{FOLDER}/{name}").read_bytes())
    assert {(deviation.code.value, deviation.field) for deviation in read.deviations} == _for(DEVIATIONS, name, set())


@pytest.mark.parametrize("name", _named(KINDS))
def test_an_example_that_is_written_over_itself_is_itself(name: str):
    raw = shared(f"{FOLDER}/{name}").read_bytes()
    kind = _for(KINDS, name)
    written = adapter.write(kind, adapter.read(kind, raw, OWNER).value, Carried("2.1.1", raw))
    assert (written.document, written.losses) == (json.loads(raw), ())


@pytest.mark.parametrize("name", _named(BROKEN))
def test_an_example_that_is_no_json_is_refused(name: str):
    with pytest.raises(Refused):
        adapter.read(kinds.LOCATION, shared(f"{FOLDER}/{name}").read_bytes(), OWNER)
