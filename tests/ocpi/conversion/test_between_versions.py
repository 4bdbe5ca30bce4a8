"""From version to version: what the other can say goes on, what it cannot is named, and nothing is guessed."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from roamgrid.kernel import json
from roamgrid.ocpi import kinds
from roamgrid.ocpi.adapter import UnsupportedVersion
from roamgrid.ocpi.carry.convert import convert
from roamgrid.ocpi.speech import Carried, ObjectKind, Unsayable, Written
from roamgrid.ocpi.versions import SPEECHES
from tests.ocpi import examples, objects
from tests.ocpi.conversion.documents import adapter, differences
from tests.ocpi.examples import OWNER

EXAMPLES = [example for example in examples.whole_objects() if "-" not in example.name.partition("/")[0]]


def passed_on(kind: ObjectKind[Any], document: Any, source: str, target: str) -> Written:
    return convert(kind, objects.raw(document), adapter(source), adapter(target), OWNER)


def losses(written: Written) -> dict[str, str]:
    return {loss.field: loss.example for loss in written.losses}


LOCATION_2_1_1 = {
    "id": "LOC1",
    "type": "ON_STREET",
    "name": "Stationsplein",
    "address": "Stationsplein 1",
    "city": "Utrecht",
    "postal_code": "3511 ED",
    "country": "NLD",
    "coordinates": {"latitude": "52.090737", "longitude": "5.121420"},
    "evses": [
        {
            "uid": "E1",
            "evse_id": "NL*GRF*E1",
            "status": "AVAILABLE",
            "capabilities": ["RFID_READER"],
            "connectors": [
                {
                    "id": "1",
                    "standard": "IEC_62196_T2",
                    "format": "SOCKET",
                    "power_type": "AC_3_PHASE",
                    "voltage": 230,
                    "amperage": 32,
                    "tariff_id": "T1",
                    "terms_and_conditions": "https://grf.test/terms",
                    "last_updated": "2026-06-01T10:00:00Z",
                }
            ],
            "parking_restrictions": ["EV_ONLY"],
            "last_updated": "2026-06-01T11:00:00Z",
        }
    ],
    "facilities": ["HOTEL"],
    "energy_mix": {"is_green_energy": True, "environ_impact": [{"source": "NUCLEAR_WASTE", "amount": Decimal("0.00006")}]},
    "opening_times": {"twentyfourseven": True},
    "x_vendor": {"depth": 2},
    "last_updated": "2026-06-01T12:00:00Z",
}


def test_a_location_of_2_1_1_in_2_2_1():
    written = passed_on(kinds.LOCATION, LOCATION_2_1_1, "2.1.1", "2.2.1")
    assert losses(written) == {"/x_vendor": "dict"}
    document = written.document
    assert (document["parking_type"], document["facilities"], document["country_code"]) == ("ON_STREET", ["HOTEL"], "NL")
    assert document["energy_mix"]["environ_impact"] == [{"category": "NUCLEAR_WASTE", "amount": Decimal("0.00006")}]
    assert document["time_zone"] == "Europe/Amsterdam"
    (evse,) = document["evses"]
    assert evse["parking_restrictions"] == ["EV_ONLY"]
    (connector,) = evse["connectors"]
    assert (connector["max_voltage"], connector["max_amperage"], connector["tariff_ids"]) == (230, 32, ["T1"])
    assert connector["terms_and_conditions"] == "https://grf.test/terms"
    assert adapter("2.2.1").read(kinds.LOCATION, objects.raw(document)).outcome == "strict"


def test_what_nobody_knows_goes_on_to_2_3_0_alone():
    """Readers of 2.3.0 must not reject unknown fields; of others that is not sure."""
    written = passed_on(kinds.LOCATION, LOCATION_2_1_1, "2.1.1", "2.3.0")
    assert (losses(written), written.document["x_vendor"]) == ({}, {"depth": 2})
    assert "x_vendor" not in passed_on(kinds.LOCATION, LOCATION_2_1_1, "2.1.1", "2.2.1").document


def test_a_location_goes_all_the_way_and_comes_back_as_it_was():
    """Gained on the way: what the later versions want to know and a 2.1.1 document may say as well."""
    on = passed_on(kinds.LOCATION, LOCATION_2_1_1, "2.1.1", "2.2.1").document
    on = passed_on(kinds.LOCATION, on, "2.2.1", "2.3.0").document
    on = passed_on(kinds.LOCATION, on, "2.3.0", "2.2.1").document
    back = passed_on(kinds.LOCATION, on, "2.2.1", "2.1.1")
    assert losses(back) == {}
    assert sorted(differences(LOCATION_2_1_1, back.document)) == ["/time_zone", "/x_vendor"]


def test_values_that_an_older_version_does_not_have_are_left_out_and_named():
    plug = objects.connector(id="2", standard="MCS", power_type="DC")
    location = objects.location(
        help_phone="+31 30 123",
        parking_type="ON_DRIVEWAY",
        facilities=["HOTEL", "SAUNA"],
        parking_places=[{"id": "P1", "vehicle_types": ["VAN"], "restricted_to_type": False, "reservation_required": False}],
        evses=[objects.evse(capabilities=["RFID_READER", "TELEPATHY"], connectors=[objects.connector(), plug])],
    )
    written = passed_on(kinds.LOCATION, location, "2.3.0", "2.2.1")
    assert losses(written) == {
        "/help_phone": "+31 30 123",
        "/facilities/*": "SAUNA",
        "/parking_places": "list",
        "/evses/*/capabilities/*": "TELEPATHY",
        "/evses/*/connectors/*/standard": "MCS",
        "/evses/*/connectors/*": "2",
    }
    assert written.document == objects.location(parking_type="ON_DRIVEWAY", facilities=["HOTEL"])


@pytest.mark.parametrize(("type_", "target", "said"), [("EMAID", "2.2.1", "OTHER"), ("APP_USER", "2.1.1", "OTHER")])
def test_a_token_type_that_the_other_does_not_have(type_: str, target: str, said: str):
    token = objects.token_ref(
        type=type_, issuer="Voltara", valid=True, whitelist="NEVER", last_updated="2026-06-01T12:00:00Z", group_id="G"
    )
    written = passed_on(kinds.TOKEN, token, "2.3.0", target)
    assert (written.document["type"], losses(written)["/type"]) == (said, type_)


def test_a_session_names_its_token_by_the_nearest_type():
    session = objects.session(cdr_token=objects.token_ref(type="EMAID"))
    written = passed_on(kinds.SESSION, session, "2.3.0", "2.2.1")
    assert written.document == objects.session(cdr_token=objects.token_ref(type="OTHER"))
    assert losses(written) == {"/cdr_token/type": "EMAID"}


def test_prices_with_tax_are_never_made_into_prices_without():
    tariff = objects.tariff(tax_included="YES")
    for target in ("2.2.1", "2.1.1"):
        with pytest.raises(Unsayable):
            passed_on(kinds.TARIFF, tariff, "2.3.0", target)
    assert passed_on(kinds.TARIFF, tariff, "2.3.0", "2.3.0").document == tariff


def test_a_cdr_leaves_such_a_tariff_out_and_says_so():
    cdr = objects.cdr(tariffs=[objects.tariff(tax_included="YES"), objects.tariff(id="T2", tax_included="NO")])
    cdr["total_cost"] = {"before_taxes": Decimal("4.52"), "taxes": [{"name": "VAT", "amount": Decimal("0.95")}]}
    written = passed_on(kinds.CDR, cdr, "2.3.0", "2.2.1")
    assert written.document["tariffs"] == [objects.tariff(id="T2")]
    assert written.document["total_cost"] == {"excl_vat": Decimal("4.52"), "incl_vat": Decimal("5.47")}
    assert losses(written) == {"/tariffs/*": "T1", "/total_cost/taxes/*": "VAT 0.95"}


def test_a_gross_amount_is_not_split_into_taxes_by_guess():
    written = passed_on(
        kinds.SESSION, objects.session(total_cost={"excl_vat": 1, "incl_vat": Decimal("1.21")}), "2.2.1", "2.3.0"
    )
    assert (written.document["total_cost"]["before_taxes"], losses(written)) == (1, {"/total_cost/incl_vat": "1.21"})


def test_a_value_that_changed_since_is_written_with_what_came_along():
    raw = objects.raw(objects.location(facilities=["HOTEL"], x_vendor=1))
    location = adapter("2.2.1").read(kinds.LOCATION, raw).value
    written = adapter("2.3.0").write(kinds.LOCATION, replace(location, name=None, city="Zeist"), Carried("2.2.1", raw))
    assert written.document == objects.location(name=objects.MISSING, city="Zeist", facilities=["HOTEL"], x_vendor=1)


@pytest.mark.parametrize("target", SPEECHES)
@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_every_official_example_becomes_one_of_every_version(example: examples.Example, target: str):
    """It is read there as what it was; or it differs, and that is named. In 2.1.1 the role follows from the modules."""
    value = adapter(example.version).read(example.kind, example.raw, OWNER).value
    try:
        written = passed_on(example.kind, json.loads(example.raw), example.version, target)
    except Unsayable:
        assert example.kind is kinds.TARIFF
        return
    owner = getattr(value, "party", OWNER)
    read = adapter(target).read(example.kind, objects.raw(written.document), owner)
    implied_role = (example.kind, target) == (kinds.CREDENTIALS, "2.1.1")
    assert _without_empty_taxes(read.value) == _without_empty_taxes(value) or written.losses or implied_role
    if example.version == target:
        assert (read.value, written.losses) == (value, ())


def _without_empty_taxes(value: Any) -> Any:
    """2.3.0 states taxes or an empty list, the others do not itemise: the same where there are none."""
    cost = getattr(value, "total_cost", None)
    return replace(value, total_cost=replace(cost, taxes=cost.taxes or None)) if cost else value


def test_a_document_of_a_version_that_nobody_speaks():
    location = adapter("2.2.1").read(kinds.LOCATION, objects.raw(objects.location())).value
    with pytest.raises(UnsupportedVersion):
        adapter("2.2.1").write(kinds.LOCATION, location, Carried("3.0", b"{}"))


def test_nesting_that_nobody_declares_is_carried_unopened():
    deep: Any = 1
    for _ in range(900):
        deep = [deep]
    location = LOCATION_2_1_1 | {"x_deep": deep}
    assert passed_on(kinds.LOCATION, location, "2.1.1", "2.3.0").document["x_deep"] == deep
    assert losses(passed_on(kinds.LOCATION, location, "2.1.1", "2.2.1"))["/x_deep"] == "list"
