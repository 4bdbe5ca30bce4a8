"""What the value does not change stays: one changed field of the canonical value changes one field of the document."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any

import pytest

from roamgrid.canonical.location import Evse, EvseStatus
from roamgrid.kernel import json
from roamgrid.ocpi import kinds
from roamgrid.ocpi.mapping.places import evse_key
from roamgrid.ocpi.speech import Carried, ObjectKind, Unsayable
from tests.ocpi import objects
from tests.ocpi.conversion.documents import RICH, adapter, differences, rich
from tests.ocpi.examples import OWNER

OTHER_TEXTS = {
    "country": "DEU",
    "country_code": "DE",
    "party_id": "ABC",
    "time_zone": "Europe/Berlin",
    "currency": "SEK",
    "auth_method": "WHITELIST",
    "standard": "DOMESTIC_F",
    "format": "CABLE",
    "power_type": "AC_1_PHASE",
    "connector_standard": "DOMESTIC_F",
    "connector_format": "CABLE",
    "connector_power_type": "AC_1_PHASE",
    "dimension": "TIME",
    "type": "RFID",
    "capabilities": "RESERVABLE",
    "language": "de",
}
DERIVED = {"evse_key", "power_is_derived"}
"""Not fields of the document: they follow from others."""
NAMES = {"uid", "id", "start"}
"""An item of a list under another name is another item (see below)."""
MOVES_ALONG = {
    ("2.1.1", "session", "/last_updated"),
    ("2.1.1", "cdr", "/last_updated"),
}
"""The location inside must have a `last_updated`, and the value keeps none of its own: it has that of its session."""


def changes(value: Any, name: str = "", path: str = "") -> Iterator[tuple[str, Any]]:
    """The value with one leaf changed or one item removed, once for each, with the path of the leaf."""
    if is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            if field.name not in DERIVED and not (field.name in NAMES and path):
                for below, changed in changes(getattr(value, field.name), field.name, f"{path}/{field.name}"):
                    yield below, consistent(replace(value, **{field.name: changed}))
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            for below, changed in changes(item, name, f"{path}/{index}"):
                yield below, (*value[:index], changed, *value[index + 1 :])
        if len(value) > 1:
            yield f"{path}/-", value[:-1]
    elif (changed := other(value, name)) is not None:
        yield path, changed


def consistent(value: Any) -> Any:
    """With what follows from other fields."""
    return replace(value, evse_key=evse_key(value.evse_id, [])) if isinstance(value, Evse) else value


def other(value: Any, name: str) -> Any:
    """Another value of the same kind; None where there is nothing to change."""
    match value:
        case Enum():
            return next(member for member in type(value) if member is not value)
        case str():
            return OTHER_TEXTS.get(name, f"{value}x")
        case bool():
            return not value
        case int() | Decimal():
            return value + 1
        case datetime():
            return value + timedelta(hours=1)
        case time():
            return time(23, 30)
        case frozenset():
            return value | {7} if 7 not in value else value - {7}
        case _:
            return None


CHANGES = {
    (kind, version): dict(changes(adapter(version).read(kind, rich(kind, version), OWNER).value)) for kind, version in RICH
}
CASES = [
    pytest.param(kind, version, path, id=f"{version} {kind.name}{path}")
    for (kind, version), changed in CHANGES.items()
    for path in changed
]


@pytest.mark.parametrize(("kind", "version", "path"), CASES)
def test_one_change_changes_one_field(kind: ObjectKind[Any], version: str, path: str):
    speaking, raw = adapter(version), rich(kind, version)
    value = CHANGES[kind, version][path]
    try:
        written = speaking.write(kind, value, Carried(version, raw))
    except Unsayable:
        return
    changed = list(differences(json.loads(raw), written.document))
    assert len(changed) <= 1 or (version, kind.name, path) in MOVES_ALONG, changed
    if not written.losses:
        assert changed or (version == "2.1.1" and path.startswith("/party/"))
        assert speaking.read(kind, objects.raw(written.document), value.party).value == value


def test_what_cannot_be_said_is_named():
    """Else the test above would excuse anything."""
    unsaid = {
        (version, kind.name, path.rpartition("/")[2])
        for (kind, version), changed in CHANGES.items()
        for path, value in changed.items()
        if not _said(kind, version, value)
    }
    assert unsaid == {
        ("2.1.1", "location", "publish"),
        ("2.1.1", "location", "power_type"),
        ("2.1.1", "location", "max_voltage_v"),
        ("2.1.1", "location", "max_amperage_a"),
        ("2.1.1", "location", "max_power_w"),
        ("2.1.1", "tariff", "tax_included"),
        ("2.1.1", "session", "type"),
        ("2.1.1", "session", "contract_id"),
        ("2.1.1", "cdr", "country_code"),
        ("2.1.1", "cdr", "party_id"),
        ("2.1.1", "cdr", "type"),
        ("2.1.1", "cdr", "contract_id"),
        ("2.1.1", "cdr", "tax_included"),
        ("2.1.1", "cdr", "credit"),
        ("2.1.1", "cdr", "home_charging_compensation"),
        ("2.1.1", "token", "type"),
        ("2.2.1", "tariff", "tax_included"),
        ("2.2.1", "cdr", "tax_included"),
    }


def _said(kind: ObjectKind[Any], version: str, value: Any) -> bool:
    try:
        return not adapter(version).write(kind, value, Carried(version, rich(kind, version))).losses
    except Unsayable:
        return False


def test_an_item_under_another_name_is_another_item():
    """What the operator said of the old charging point is not said of the new one."""
    raw = objects.raw(objects.location(evses=[objects.evse(images=[{"url": "https://a.test/e1.png"}]), objects.evse(uid="E2")]))
    speaking = adapter("2.2.1")
    location = speaking.read(kinds.LOCATION, raw).value
    moved = replace(location, evses=(replace(location.evses[0], uid="E9"), location.evses[1]))
    first, second = speaking.write(kinds.LOCATION, moved, Carried("2.2.1", raw)).document["evses"]
    assert ("images" in first, first["uid"], second) == (False, "E9", objects.evse(uid="E2"))


def test_an_item_that_is_gone_takes_its_own_with_it_and_leaves_the_others():
    evses = [objects.evse(uid=uid, directions=[{"language": "nl", "text": uid}]) for uid in ("E1", "E2", "E3")]
    raw = objects.raw(objects.location(evses=evses, x_unknown=[1, 2.50]))
    speaking = adapter("2.2.1")
    location = speaking.read(kinds.LOCATION, raw).value
    fewer = replace(location, evses=(location.evses[2], location.evses[0]))
    written = speaking.write(kinds.LOCATION, fewer, Carried("2.2.1", raw)).document
    assert written == objects.location(evses=[evses[2], evses[0]], x_unknown=[1, Decimal("2.50")])


def test_a_new_item_is_written_and_the_others_keep_their_spelling():
    speaking = adapter("2.2.1")
    raw = objects.raw(objects.location(evses=[objects.evse(capabilities=["rfid_reader"], last_updated="2026-06-01 11:00")]))
    location = speaking.read(kinds.LOCATION, raw).value
    (evse,) = location.evses
    more = replace(evse, capabilities=(*evse.capabilities, "RESERVABLE"))
    written = speaking.write(kinds.LOCATION, replace(location, evses=(more,)), Carried("2.2.1", raw)).document
    assert written["evses"] == [
        objects.evse(capabilities=["rfid_reader", "RESERVABLE"], last_updated="2026-06-01 11:00"),
    ]


def test_what_was_not_understood_stays_where_it_was():
    broken = {"id": "T2", "currency": "EUR"}
    raw = objects.raw(objects.cdr(tariffs=[broken, objects.tariff()]))
    speaking = adapter("2.2.1")
    cdr = speaking.read(kinds.CDR, raw).value
    written = speaking.write(kinds.CDR, replace(cdr, remark="checked"), Carried("2.2.1", raw)).document
    assert written == objects.cdr(tariffs=[broken, objects.tariff()], remark="checked")


def test_items_without_a_name_are_known_by_their_neighbours():
    """An element that comes in between does not take over what belongs to the next one."""
    elements = [objects.element(x_note=note, restrictions={"min_kwh": limit}) for note, limit in (("a", 1), ("b", 2), ("c", 3))]
    raw = objects.raw(objects.tariff(elements=elements))
    speaking = adapter("2.2.1")
    tariff = speaking.read(kinds.TARIFF, raw).value
    first, second, third = tariff.elements
    new = replace(second, restrictions=None)
    more = speaking.write(kinds.TARIFF, replace(tariff, elements=(first, new, second, third)), Carried("2.2.1", raw)).document
    assert more["elements"] == [elements[0], objects.element(), *elements[1:]]
    fewer = speaking.write(kinds.TARIFF, replace(tariff, elements=(first, third)), Carried("2.2.1", raw)).document
    assert fewer["elements"] == [elements[0], elements[2]]


def test_a_single_value_where_a_list_belongs_stays_one_until_it_changes():
    raw = objects.raw(objects.location(evses=objects.evse(capabilities="RFID_READER", connectors=objects.connector(x=1))))
    speaking = adapter("2.2.1")
    location = speaking.read(kinds.LOCATION, raw).value
    same = speaking.write(kinds.LOCATION, replace(location, name="Other"), Carried("2.2.1", raw)).document
    assert same["evses"] == objects.evse(capabilities="RFID_READER", connectors=objects.connector(x=1))
    (evse,) = location.evses
    free = replace(location, evses=(replace(evse, status=EvseStatus.CHARGING),))
    (changed,) = speaking.write(kinds.LOCATION, free, Carried("2.2.1", raw)).document["evses"]
    assert changed == objects.evse(status="CHARGING", capabilities="RFID_READER", connectors=objects.connector(x=1))


def test_a_value_that_was_read_as_something_neutral_keeps_its_text_until_it_changes():
    plug = objects.connector(max_electric_power=22, standard="iec_62196_t2")
    raw = objects.raw(objects.location(country="NL", evses=[objects.evse(status="ON_HOLIDAY", connectors=[plug])]))
    speaking = adapter("2.2.1")
    location = speaking.read(kinds.LOCATION, raw).value
    (evse,) = location.evses
    stated = replace(evse.connectors[0], max_power_w=11_000, power_is_derived=False)
    changed = replace(location, evses=(replace(evse, status=EvseStatus.AVAILABLE, connectors=(stated,)),))
    written = speaking.write(kinds.LOCATION, changed, Carried("2.2.1", raw)).document
    plug = objects.connector(max_electric_power=11_000, standard="iec_62196_t2")
    assert written == objects.location(country="NL", evses=[objects.evse(status="AVAILABLE", connectors=[plug])])
