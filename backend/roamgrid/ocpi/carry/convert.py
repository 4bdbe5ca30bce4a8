"""From one version to another, by way of the canonical value."""

from typing import TypeVar

from roamgrid.canonical.party import PartyId
from roamgrid.ocpi.adapter import Adapter
from roamgrid.ocpi.speech import Carried, ObjectKind, Written

C = TypeVar("C")


def convert(kind: ObjectKind[C], raw: bytes, source: Adapter, target: Adapter, owner: PartyId | None = None) -> Written:
    """A document of the source's version and dialect as one of the target's, and what of it was lost.

    `owner`: whose it is, where the source's version leaves it to the address. Raises `Refused` for a document that is not
    understood, `NotSpoken` and `Unsayable` for one that the target cannot say at all.
    """
    value = source.read(kind, raw, owner).value
    return target.write(kind, value, Carried(source.version, raw, source.dialect))
