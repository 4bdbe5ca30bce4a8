"""Contract ids in every spelling that occurs, and check digits against published vectors."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roamgrid.canonical.contract_id import ContractId, InvalidContractId, check_digit, din_check_digit
from roamgrid.canonical.party import PartyId

ALPHABET = string.digits + string.ascii_uppercase
FOURTEEN = st.text(ALPHABET, min_size=14, max_size=14)
INSTANCE = st.text(ALPHABET, min_size=9, max_size=9)


@pytest.mark.parametrize(
    ("text", "digit"),
    [
        ("NN123ABCDEFGHI", "T"),
        ("FRXYZ123456789", "2"),
        ("ITA1B2C3E4F5G6", "4"),
        ("ESZU8WOX834H1D", "R"),
        ("PT73902837ABCZ", "Z"),
        ("DE83DUIEN83QGZ", "D"),
        ("DE83DUIEN83ZGQ", "M"),
        ("DE8AA001234567", "0"),
        ("NLTNM000122045", "U"),
        ("NLTNM000722345", "X"),
        ("NLTNMC00122045", "K"),
    ],
)
def test_check_digits_as_published_for_iso_15118(text: str, digit: str):
    """The vectors of the OCHP clearing house's description and of the mobilityid library."""
    assert check_digit(text) == digit


@pytest.mark.parametrize(("instance", "digit"), [(71, "9"), (110, "X"), (124, "0"), (114, "6"), (191, "5")])
def test_check_digits_as_published_for_din_91286(instance: int, digit: str):
    assert din_check_digit(f"INTNM{instance:06}") == digit


@given(FOURTEEN, st.integers(0, 13), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_always_noticed(text: str, place: int, other: str):
    wrong = text[:place] + other + text[place + 1 :]
    assert (check_digit(wrong) == check_digit(text)) == (wrong == text)


@given(FOURTEEN, st.integers(0, 12))
def test_swapped_neighbours_are_always_noticed(text: str, place: int):
    swapped = text[:place] + text[place + 1] + text[place] + text[place + 2 :]
    assert (check_digit(swapped) == check_digit(text)) == (swapped == text)


@pytest.mark.parametrize(
    "text",
    [
        "NL-TNM-C00122045-K",
        "NL-TNM-C00122045",
        "NLTNMC00122045K",
        "NLTNMC00122045",
        "nl*tnm*c00122045*k",
        "  NL TNM C00122045 K ",
        "NL-TNM-012204-5",
        "NLTNM0122045",
        "nl*tnm*012204",
    ],
)
def test_every_spelling_is_one_contract(text: str):
    """The last three are the same contract as DIN SPEC 91286 wrote it."""
    contract = ContractId.parse(text)
    assert (str(contract), contract.compact) == ("NL-TNM-C00122045-K", "NLTNMC00122045K")
    assert contract.party == PartyId("NL", "TNM")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("NL-TNM-C00122045-X", "ends with check digit X, it should be K"),
        ("NL-TNM-012204-6", "ends with check digit 6, it should be 5"),
        ("NL-TNM-C0012204", "is no contract id"),
        ("N-TNM-C00122045-K", "is no contract id"),
        ("NL-T|M-C00122045", "is no contract id"),
        ("DE٨٣DUIEN٨٣QGZ", "is no contract id"),
        ("", "is no contract id"),
        ("NL-TNM-C00122045-K" * 1000, "is no contract id"),
    ],
)
def test_what_is_no_contract_id_is_refused(text: str, said: str):
    with pytest.raises(InvalidContractId, match=said.replace("|", r"\|")):
        ContractId.parse(text)


@given(INSTANCE)
def test_what_is_written_is_read_again(instance: str):
    contract = ContractId("NL", "VLT", instance)
    assert ContractId.parse(str(contract)) == ContractId.parse(contract.compact) == contract


def test_generated_contracts_differ_and_begin_as_emi3_wants():
    made = [ContractId.generate(PartyId("NL", "VLT")) for _ in range(20)]
    assert len(set(made)) == 20
    assert {(str(one)[:8], len(str(one))) for one in made} == {("NL-VLT-C", 18)}
