"""Everything that 2.3.0 says is what its field tables say, whether declared anew or taken from 2.2.1."""

import pytest

from roamgrid.ocpi.mapping.v2_3_0.speech import SPEECH
from roamgrid.ocpi.wire.common.declare import WireObject
from tests.ocpi.declared import described, facts, objects_in, specified

TABLES = ("ocpi-2.3.0", "ocpi-2.3.0-payments-delta", "ocpi-2.3.0-bookings-delta")
OBJECTS = {declared.__name__: declared for form in SPEECH.forms.values() for declared in objects_in(form.wire)}
ON_PURPOSE = {"TerminalActivation", "InvoiceReconciliationRecord", "ChargingProfileResult"}
"""A terminal that has no name yet; CDR ids of credits, which are longer than the record's own limit; three results of charging
profiles in one declaration."""


@pytest.mark.parametrize("name", sorted(OBJECTS.keys() - ON_PURPOSE))
def test_fields_types_lengths_cardinalities_and_open_enumerations(name: str):
    assert described(OBJECTS[name]) == specified(name, facts(*TABLES))


def test_an_object_is_declared_once():
    declared: set[type[WireObject]] = set().union(*(objects_in(form.wire) for form in SPEECH.forms.values()))
    assert sorted(kind.__name__ for kind in declared) == sorted(OBJECTS)


def test_a_reconciliation_record_names_credits_too():
    expected = specified("InvoiceReconciliationRecord", facts(*TABLES)) | {"cdrs": ("+", (True, 39))}
    assert described(OBJECTS["InvoiceReconciliationRecord"]) == expected


def test_a_terminal_that_is_asked_for_has_no_name_yet():
    expected = specified("Terminal", facts(*TABLES))
    optional = {"terminal_id": ("?", (True, 36)), "last_updated": ("?", expected["last_updated"][1])}  # type: ignore[index]
    assert described(OBJECTS["TerminalActivation"]) == expected | optional
