"""Modules that share an address: each serves its places, and both are announced."""

import pytest

from roamgrid.ocpi.connections.model import AsRole, InterfaceRole
from roamgrid.ocpi.inbound.answer import Answer, ok
from roamgrid.ocpi.inbound.module import Module
from roamgrid.ocpi.inbound.mounted import Mounted
from roamgrid.ocpi.inbound.request import Call


async def answer(call: Call) -> Answer:
    return ok()


SENDER = Module("records", InterfaceRole.SENDER, {("GET", 0): answer})
RECEIVER = Module("records", InterfaceRole.RECEIVER, {("POST", 0): answer})
MORE = Module("records", InterfaceRole.SENDER, {("PUT", 2): answer})


def test_both_roles_are_announced_and_served_at_one_address():
    mounted = Mounted([SENDER, RECEIVER, MORE])
    found = mounted.find("2.3.0", ("records", "1"))
    assert found is not None
    module, rest = found
    assert (set(module.handlers), rest) == ({("GET", 0), ("POST", 0), ("PUT", 2)}, ("1",))
    listed = mounted.listed("2.3.0", AsRole.EMSP)
    assert [(one.role, len(one.handlers)) for one in listed] == [(InterfaceRole.SENDER, 2), (InterfaceRole.RECEIVER, 1)]


def test_two_modules_that_claim_one_place_are_a_mistake_of_ours():
    with pytest.raises(ValueError, match="records serve the same place"):
        Mounted([SENDER, Module("records", InterfaceRole.RECEIVER, {("GET", 0): answer})])
