"""What is declared is what the specification's field tables say."""

import pytest

from roamgrid.ocpi.wire.common.compile import object_reader
from roamgrid.ocpi.wire.common.declare import WireObject
from roamgrid.ocpi.wire.v2_2_1 import (
    authorization,
    cdr,
    client_info,
    command,
    credentials,
    location,
    session,
    tariff,
    token,
    types,
)
from tests.ocpi.declared import described, facts, specified

MODULES = (authorization, cdr, client_info, command, credentials, location, session, tariff, token, types)
OBJECTS = {
    name: declared
    for module in MODULES
    for name, declared in vars(module).items()
    if isinstance(declared, type) and issubclass(declared, WireObject) and declared is not WireObject
    if not getattr(declared, "__parameters__", ())
}


@pytest.mark.parametrize("name", sorted(OBJECTS))
def test_fields_types_lengths_and_cardinalities(name: str):
    assert described(OBJECTS[name]) == specified(name, facts("ocpi-2.2.1"))


def test_every_declaration_makes_a_reader():
    assert all(callable(object_reader(declared)) for declared in OBJECTS.values())
