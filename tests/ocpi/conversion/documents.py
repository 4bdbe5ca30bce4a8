"""Documents of every version, and where two of them differ."""

from collections.abc import Iterator
from functools import cache
from itertools import zip_longest
from typing import Any

from roamgrid.ocpi import kinds
from roamgrid.ocpi.adapter import Adapter, adapter_for
from roamgrid.ocpi.carry.convert import convert
from roamgrid.ocpi.speech import ObjectKind
from roamgrid.ocpi.versions import SPEECHES
from tests.ocpi import objects

_ABSENT = object()
_RICH: dict[ObjectKind[Any], dict[str, Any]] = {
    kinds.LOCATION: objects.location(
        evses=[
            objects.evse(
                physical_reference="A1",
                floor_level="-1",
                connectors=[objects.connector(), objects.connector(id="2", standard="CHADEMO", power_type="DC")],
            ),
            objects.evse(uid="E2", evse_id="NL*GRF*E2", status="CHARGING", status_schedule=[]),
        ],
        facilities=["HOTEL"],
        opening_times={"twentyfourseven": True},
    ),
    kinds.TARIFF: objects.tariff(
        elements=[
            objects.element(restrictions={"start_time": "08:00", "end_time": "20:00", "day_of_week": ["MONDAY", "FRIDAY"]}),
            objects.element(price_components=[objects.component(), objects.component(type="TIME", step_size=60)]),
        ],
        tariff_alt_text=[{"language": "nl", "text": "veertig cent"}, {"language": "en", "text": "forty cents"}],
    ),
    kinds.SESSION: objects.session(total_cost={"excl_vat": 1}, meter_id="M1"),
    kinds.CDR: objects.cdr(total_cost={"excl_vat": 4}, remark="none", total_parking_time=0),
    kinds.TOKEN: objects.token_ref(
        issuer="Voltara",
        valid=True,
        whitelist="NEVER",
        visual_number="V-1",
        language="nl",
        last_updated="2026-06-01T12:00:00Z",
    ),
}
"""2.2.1; no amount with tax, which other versions say otherwise."""


def adapter(version: str) -> Adapter:
    """In the dialect that the specification wants."""
    return adapter_for(version, "default")


@cache
def rich(kind: ObjectKind[Any], version: str) -> bytes:
    """A document of that version with more than one of most things."""
    return objects.raw(convert(kind, objects.raw(_RICH[kind]), adapter("2.2.1"), adapter(version)).document)


RICH = [(kind, version) for version in SPEECHES for kind in _RICH]


def differences(one: Any, other: Any, path: str = "") -> Iterator[str]:
    """Paths of the values that are not the same in two documents; a missing item or field is one difference."""
    if isinstance(one, dict) and isinstance(other, dict):
        for name in {**one, **other}:
            yield from differences(one.get(name, _ABSENT), other.get(name, _ABSENT), f"{path}/{name}")
    elif isinstance(one, list) and isinstance(other, list):
        for index, (item, counterpart) in enumerate(zip_longest(one, other, fillvalue=_ABSENT)):
            yield from differences(item, counterpart, f"{path}/{index}")
    elif one != other or isinstance(one, bool) is not isinstance(other, bool):
        yield path
