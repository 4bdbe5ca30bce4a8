"""What we hold of an object, as the caller's version writes it.

A partner that was moved to another version reads and changes what it told in the old one: the body is written anew in its
version, with everything that the version can hold.
"""

from typing import Any

from roamgrid.canonical.party import PartyId
from roamgrid.core.received import Verbatim
from roamgrid.kernel import json
from roamgrid.ocpi.adapter import adapter_for
from roamgrid.ocpi.inbound.request import Call
from roamgrid.ocpi.speech import Carried, ObjectKind


def as_called(call: Call, kind: ObjectKind[Any], held: Verbatim, owner: PartyId | None) -> bytes:
    """The verbatim body where it was told in this version. Raises `NotSpoken` where this version is never written by us."""
    if held.version in (None, call.adapter.version):
        return held.raw
    told_in = adapter_for(held.version, call.connection.dialect)
    value = told_in.read(kind, held.raw, owner).value
    carried = Carried(held.version, held.raw, told_in.dialect)
    return json.dumps(call.adapter.write(kind, value, carried).document)
