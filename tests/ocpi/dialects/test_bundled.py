"""Dialects as files: layered, combined, and every one of them honest about what it is for."""

from decimal import Decimal

import pytest

from roamgrid.ocpi.dialects.bundled import bundled, joined, layered, layers, names
from roamgrid.ocpi.dialects.dialect import EnergyUnit, UnknownDialect, dialect
from roamgrid.ocpi.dialects.signs import Sign
from roamgrid.ocpi.versions import SPEECHES
from roamgrid.ocpi.wire.common.authorization import TokenEncoding


@pytest.mark.parametrize("name", names())
@pytest.mark.parametrize("version", SPEECHES)
def test_every_file_is_a_dialect(name: str, version: str):
    assert dialect(name, version).page_size > 0
    assert bundled(name).about.summary


@pytest.mark.parametrize("name", [name for name in names() if name != "default"])
def test_a_dialect_differs_from_the_default_in_some_version(name: str):
    assert any(layered(name, version) != layered("default", version) for version in SPEECHES)
    assert bundled(name).about.known, "where was it seen?"


@pytest.mark.parametrize("sign", [sign for sign in Sign if sign is not Sign.ZONE_MISSING])
def test_every_sign_is_absorbed_by_something(sign: Sign):
    assert any(sign in bundled(name).about.absorbs for name in names())


def test_several_at_once():
    both = dialect("plain_token+wh_energy", "2.2.1")
    assert (both.token_encoding, both.energy_unit) == (TokenEncoding.PLAIN, EnergyUnit.WH)
    assert layers("plain_token+wh_energy") == ("default", "plain_token", "wh_energy")


def test_names_of_fields_add_up():
    both = dialect("camel_case_tariffs+old_connector_names", "2.2.1")
    assert both.renames["dayOfWeek"] == "day_of_week"
    assert both.renames["voltage"] == "max_voltage"
    assert "voltage" not in dialect("old_connector_names", "2.1.1").renames


def test_the_later_one_prevails():
    assert dialect("plain_token+base64_token", "2.1.1").token_encoding is TokenEncoding.BASE64
    assert dialect("base64_token+plain_token", "2.1.1").token_encoding is TokenEncoding.PLAIN


def test_a_single_switch_beside_them():
    tuned = dialect("wh_energy+page_size=50+default_time_zone=Europe/Madrid", "2.2.1")
    assert (tuned.page_size, tuned.default_time_zone, tuned.energy_unit) == (50, "Europe/Madrid", EnergyUnit.WH)


@pytest.mark.parametrize(
    "name", ["nonsense", "wh_energy+nonsense", "", "page_sise=50", "page_size=many", "default_time_zone=Moon"]
)
def test_what_is_no_dialect_is_named(name: str):
    with pytest.raises(UnknownDialect) as caught:
        dialect(name, "2.2.1")
    assert caught.value.hint


def test_joining_repeats_nothing():
    assert joined("default", "wh_energy", "plain_token+wh_energy") == "wh_energy+plain_token"
    assert joined("default") == "default"


def test_exact_units():
    assert EnergyUnit.WH.kwh(Decimal("11300")) == Decimal("11.3")
    assert EnergyUnit.WH.of_kwh(Decimal("11.3")) == Decimal(11300)
