"""The specification's own examples, each with the kind of object that it shows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatch
from typing import Any

from roamgrid.canonical.party import PartyId
from roamgrid.kernel import json
from roamgrid.ocpi import kinds
from roamgrid.ocpi.speech import ObjectKind
from roamgrid.ocpi.wire.common.envelope import read_envelope, split
from tests.ocpi.facts import SHARED

OWNER = PartyId("NL", "GRF")
"""2.1.1 leaves the owner to the address."""
FOLDERS: Mapping[str, str] = {
    "2.1.1": "2.1.1",
    "2.2.1": "2.2.1",
    "2.3.0": "2.3.0",
    "2.3.0-payments": "2.3.0",
    "2.3.0-bookings": "2.3.0",
}
"""Each folder with the version that its objects are of."""

OLD_OBJECTS: Mapping[str, ObjectKind[Any]] = {
    "credentials_*": kinds.CREDENTIALS,
    "mod_cdrs_*": kinds.CDR,
    "mod_locations_06_*": kinds.LOCATION,
    "mod_sessions_0[23]_*": kinds.SESSION,
    "mod_tariffs_0[134567]_*": kinds.TARIFF,
    "mod_tokens_0[13]_*": kinds.TOKEN,
}
OBJECTS: Mapping[str, ObjectKind[Any]] = {
    "cdr_example*": kinds.CDR,
    "credentials_example*": kinds.CREDENTIALS,
    "location_example*": kinds.LOCATION,
    "session_example*": kinds.SESSION,
    "tariff*": kinds.TARIFF,
    "token_example*": kinds.TOKEN,
    "token_put*": kinds.TOKEN,
    "payment_financial_advice_*": kinds.FINANCIAL_ADVICE,
    "payment_terminal_activate*": kinds.TERMINAL_ACTIVATION,
    "payment_terminal_*": kinds.TERMINAL,
    "booking_example*": kinds.BOOKING,
    "booking_location_example*": kinds.BOOKING_LOCATION,
}


def _only(raw: bytes) -> bytes:
    return read_envelope(raw).data or b""


def _first(raw: bytes) -> bytes:
    return split(_only(raw))[0]


WRAPPED: Mapping[str, tuple[ObjectKind[Any], Callable[[bytes], bytes]]] = {
    "transport_and_format_03_*": (kinds.TOKEN, _only),
    "transport_and_format_04_*": (kinds.TOKEN, _first),
    "transport_and_format_get_token_example*": (kinds.TOKEN, _only),
    "transport_and_format_get_token_list*": (kinds.TOKEN, _first),
}
"""Objects inside an envelope."""
_CHANGES = ("_patch_", "_put_example_add_evse", "_terminal_location_assignment", "_terminal_put_update")
NO_JSON = frozenset(
    {
        "2.1.1/mod_locations_07_energymix_simple.json",
        "2.1.1/mod_locations_08_energymix_tariff_name_based.json",
        "2.1.1/mod_locations_09_energymix_complete.json",
        "2.1.1/mod_locations_10_regularhours_class_example.json",
        "2.2.1/inline_mod_hub_client_info_01_example_put_a_new_clientinfo_object.json",
        "2.3.0/inline_mod_hub_client_info_01_example_put_a_new_clientinfo_object.json",
    }
)
"""Fragments, and a trailing comma."""


@dataclass(frozen=True, slots=True)
class Example:
    """A whole object as the specification shows it."""

    name: str
    version: str
    kind: ObjectKind[Any]
    raw: bytes

    @property
    def document(self) -> Any:
        return json.loads(self.raw)

    def __str__(self) -> str:
        return self.name


def names() -> list[str]:
    """Every example as `folder/file`; none where the facts are not there."""
    return sorted(
        f"{folder}/{path.name}"
        for folder in FOLDERS
        for path in (SHARED / "ocpi/examples" / folder).glob("*.json")
        if path.name != "_index.json"
    )


def read(name: str) -> bytes:
    """One example, byte for byte."""
    return (SHARED / "ocpi/examples" / name).read_bytes()


def whole_objects() -> list[Example]:
    """The examples that show one whole object."""
    return [example for name in names() if name not in NO_JSON and (example := whole_object(name))]


def whole_object(name: str) -> Example | None:
    """The object that an example shows; None for one that shows a part, a request of several objects, or an answer."""
    folder, _, file = name.partition("/")
    version = FOLDERS[folder]
    kind = _first_match(OLD_OBJECTS if version == "2.1.1" else OBJECTS, file)
    if kind is not None and not any(part in file for part in _CHANGES):
        return Example(name, version, kind, read(name))
    wrapped = _first_match(WRAPPED, file)
    return Example(name, version, wrapped[0], wrapped[1](read(name))) if wrapped else None


def _first_match(by_pattern: Mapping[str, Any], file: str) -> Any:
    return next((value for pattern, value in by_pattern.items() if fnmatch(file, pattern)), None)
