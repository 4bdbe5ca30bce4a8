"""Contract ids (EMAID): who a driver's contract is with, in the spellings that occur, with the check digit.

ISO 15118-1 (annex H) and eMI3 (standard 1.0, part 2): country (2), provider (3), instance (9; eMI3 begins it with C), check
digit. DIN SPEC 91286, the older form: country, provider, instance (6), check digit; eMI3 keeps such a contract as
`C0`, instance, DIN check digit. Separators are `-`, `*`, blanks or none; letter case means nothing; the check digit may be
left out.
"""

import re
import secrets
from dataclasses import dataclass
from string import ascii_uppercase, digits

from roamgrid.canonical.party import PartyId
from roamgrid.kernel.errors import Invalid

_CHARACTERS = digits + ascii_uppercase
_ID = re.compile(
    r"(?P<country>[A-Z]{2})[-* ]?(?P<provider>[A-Z0-9]{3})[-* ]?(?P<instance>[A-Z0-9]{9}|[A-Z0-9]{6})"
    r"([-* ]?(?P<check>[A-Z0-9]))?"
)
_LONGEST = 20
_DIN_INSTANCE = 6


class InvalidContractId(Invalid):
    """The text is no contract id, or its check digit shows a typing error."""

    code = "INVALID_CONTRACT_ID"
    hint = "A contract id reads like NL-TNM-C00122045-K: country, provider, nine characters, check digit."


@dataclass(frozen=True, slots=True)
class ContractId:
    """A contract in the ISO 15118 / eMI3 form, upper case. `parse` and `generate` make valid ones."""

    country_code: str
    provider: str
    instance: str

    @classmethod
    def parse(cls, text: str) -> "ContractId":
        """Raises `InvalidContractId`."""
        text = text.strip()
        found = _ID.fullmatch(text.upper()) if len(text) <= _LONGEST and text.isascii() else None
        if found is None:
            raise InvalidContractId(f"{text[:40]!r} is no contract id", field="contract_id")
        country, provider, instance, given = found.group("country", "provider", "instance", "check")
        is_din = len(instance) == _DIN_INSTANCE
        check = (din_check_digit if is_din else check_digit)(country + provider + instance)
        if given is not None and given != check:
            raise InvalidContractId(f"{text!r} ends with check digit {given}, it should be {check}", field="contract_id")
        return cls(country, provider, f"C0{instance}{check}" if is_din else instance)

    @classmethod
    def generate(cls, party: PartyId) -> "ContractId":
        """A fresh one that says nothing about its driver."""
        return cls(party.country_code, party.party_id, "C" + "".join(secrets.choice(_CHARACTERS) for _ in range(8)))

    @property
    def check_digit(self) -> str:
        return check_digit(self.country_code + self.provider + self.instance)

    @property
    def compact(self) -> str:
        """Without separators, 15 characters: what a vehicle carries (ISO 15118-2)."""
        return f"{self.country_code}{self.provider}{self.instance}{self.check_digit}"

    @property
    def party(self) -> PartyId:
        return PartyId(self.country_code, self.provider)

    def __str__(self) -> str:
        return f"{self.country_code}-{self.provider}-{self.instance}-{self.check_digit}"


def check_digit(fourteen: str) -> str:
    """Of country, provider and instance, upper case without separators (ISO 15118-1, annex H).

    A character is four digits: two modulo 2 and two modulo 3. Both pairs run through their own linear recurrence; the check
    digit is the one that brings it to zero at position 15. Any wrong character and any swap of neighbours is noticed.
    Raises `ValueError` for anything but 14 letters and digits.
    """
    if len(fourteen) != 14:
        raise ValueError(f"a check digit is made of 14 characters, not {len(fourteen)}")
    two, three = (0, 0), (0, 0)
    for character in reversed(fourteen):
        ninth, rest = divmod(_CHARACTERS.index(character), 9)
        a, b = (two[0] + (ninth >> 1)) % 2, (two[1] + (ninth & 1)) % 2
        c, d = (three[0] + rest // 3) % 3, (three[1] + rest % 3) % 3
        two, three = (b, (a + b) % 2), (d, (c + 2 * d) % 3)
    for _ in range(15):
        two = ((two[1] - two[0]) % 2, two[0])
        three = ((three[1] - 2 * three[0]) % 3, three[0])
    return _CHARACTERS[9 * (2 * two[0] + two[1]) + 3 * (-three[0] % 3) + -three[1] % 3]


def din_check_digit(eleven: str) -> str:
    """Of country, provider and six-character instance, upper case: a digit or X (DIN SPEC 91286).

    Letters count as two decimal digits (A = 10); the digits are weighted by powers of two and summed modulo 11.
    """
    values = "".join(str(_CHARACTERS.index(character)) for character in eleven)
    remainder = sum(int(value) << position for position, value in enumerate(values)) % 11
    return "X" if remainder == 10 else str(remainder)
