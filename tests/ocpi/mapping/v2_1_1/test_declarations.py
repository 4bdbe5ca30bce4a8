"""What is declared is what the field tables of 2.1.1 say."""

import pytest

from roamgrid.ocpi.mapping.v2_1_1.speech import SPEECH
from roamgrid.ocpi.wire.common.compile import object_reader
from roamgrid.ocpi.wire.common.declare import WireObject
from roamgrid.ocpi.wire.v2_1_1 import authorization, cdr, command, credentials, location, session, tariff, token, types
from roamgrid.ocpi.wire.v2_2_1.location import ExceptionalPeriod, Hours, RegularHours
from roamgrid.ocpi.wire.v2_2_1.types import Image
from tests.ocpi.declared import described, facts, specified

MODULES = (authorization, cdr, command, credentials, location, session, tariff, token, types)
OBJECTS = {
    declared.__name__: declared
    for module in MODULES
    for declared in vars(module).values()
    if isinstance(declared, type) and issubclass(declared, WireObject) and declared is not WireObject
} | {declared.__name__: declared for declared in (ExceptionalPeriod, Hours, Image, RegularHours)}
SHARED_BY_ALL_VERSIONS = {"Endpoint", "Version"}
CASELESS_NOW = {"Image"}
"""Declared once, for 2.2.1: there the type of a file compares without case, which no reader of ours minds."""


@pytest.mark.parametrize("name", sorted(OBJECTS.keys() - CASELESS_NOW))
def test_fields_types_lengths_and_cardinalities(name: str):
    assert described(OBJECTS[name]) == specified(name, facts("ocpi-2.1.1"))


def test_every_object_is_declared():
    names = {"Cdr": "CDR", "Evse": "EVSE"}
    assert {names.get(name, name) for name in OBJECTS} == set(facts("ocpi-2.1.1")["objects"]) - SHARED_BY_ALL_VERSIONS


def test_every_declaration_makes_a_reader():
    assert all(callable(object_reader(declared)) for declared in OBJECTS.values())


def test_every_form_reads_and_writes():
    assert [kind.name for kind, form in SPEECH.forms.items() if form.write is None] == []
