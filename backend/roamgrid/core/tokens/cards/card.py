"""One line of a card file, and what may be wrong with it."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from roamgrid.canonical.contract_id import ContractId, InvalidContractId
from roamgrid.canonical.token import Whitelist
from roamgrid.core.tokens.uids import LONGEST_FOR_OCPP_1

FIELDS = (
    "uid",
    "visual_number",
    "contract_id",
    "group_id",
    "issuer",
    "valid",
    "valid_until",
    "language",
    "whitelist",
    "driver_email",
)
"""What a file may say of a card; only `uid` is needed."""

_LONGEST = {"uid": 36, "visual_number": 64, "issuer": 64, "group_id": LONGEST_FOR_OCPP_1}
_PRINTABLE = re.compile(r"[!-~]([ -~]*[!-~])?")
_LANGUAGE = re.compile(r"[a-z]{2}")
_TRUTH = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


class Code(StrEnum):
    """Why a line is refused, or what is odd about one that is not."""

    UNREADABLE = "UNREADABLE"
    UNKNOWN_FIELD = "UNKNOWN_FIELD"
    MISSING = "MISSING"
    INVALID = "INVALID"
    TOO_LONG = "TOO_LONG"
    REPEATED = "REPEATED"
    CARD_OF_ANOTHER_DRIVER = "CARD_OF_ANOTHER_DRIVER"

    FOREIGN_CONTRACT = "FOREIGN_CONTRACT"
    LONG_UID = "LONG_UID"
    REVERSED_TWIN = "REVERSED_TWIN"
    STAYS_BLOCKED = "STAYS_BLOCKED"


@dataclass(frozen=True, slots=True)
class Note:
    """Something about a line; `field` names the place."""

    code: Code
    message: str
    field: str | None = None


class RefusedLine(Exception):
    """The line cannot be imported; `note` says why."""

    def __init__(self, code: Code, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.note = Note(code, message, field)


@dataclass(frozen=True, slots=True)
class Card:
    """A card as a file states it; None: the file says nothing of it."""

    uid: str
    visual_number: str | None = None
    contract_id: ContractId | None = None
    group_id: str | None = None
    issuer: str | None = None
    valid: bool | None = None
    valid_until: datetime | None = None
    language: str | None = None
    whitelist: Whitelist | None = None
    driver_email: str | None = None


def card_of(stated: dict[str, object]) -> Card:
    """Raises `RefusedLine` for the first thing that is wrong."""
    for name in stated:
        if name not in FIELDS:
            raise RefusedLine(Code.UNKNOWN_FIELD, f"there is no field {name[:40]!r}; there are: {', '.join(FIELDS)}", name[:40])
    said = {name: text for name, value in stated.items() if (text := _text(name, value))}
    if "uid" not in said:
        raise RefusedLine(Code.MISSING, "a card needs a uid", "uid")
    return Card(
        uid=said["uid"],
        visual_number=said.get("visual_number"),
        contract_id=_contract(said.get("contract_id")),
        group_id=said.get("group_id"),
        issuer=said.get("issuer"),
        valid=_truth(said.get("valid")),
        valid_until=_moment(said.get("valid_until")),
        language=_language(said.get("language")),
        whitelist=_whitelist(said.get("whitelist")),
        driver_email=said.get("driver_email"),
    )


def _text(name: str, value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if value is None:
        return ""
    if not isinstance(value, str):
        raise RefusedLine(Code.INVALID, f"{name} is {str(value)[:40]}, not a text", name)
    text = value.strip()
    if name in ("uid", "group_id") and text and not _PRINTABLE.fullmatch(text):
        raise RefusedLine(Code.INVALID, f"{name} {text[:40]!r} has characters that are no printable ASCII", name)
    if "\0" in text:
        raise RefusedLine(Code.INVALID, f"{name} holds a NUL character", name)
    if name in _LONGEST and len(text) > _LONGEST[name]:
        raise RefusedLine(Code.TOO_LONG, f"{name} has {len(text)} characters, {_LONGEST[name]} are possible", name)
    return text


def _contract(text: str | None) -> ContractId | None:
    try:
        return ContractId.parse(text) if text else None
    except InvalidContractId as error:
        raise RefusedLine(Code.INVALID, error.message, "contract_id") from None


def _truth(text: str | None) -> bool | None:
    if text is None:
        return None
    if text.lower() not in _TRUTH:
        raise RefusedLine(Code.INVALID, f"valid is {text[:40]!r}, say true or false", "valid")
    return _TRUTH[text.lower()]


def _moment(text: str | None) -> datetime | None:
    """A date alone means its end of day is not included: the card is valid until that day begins, in UTC."""
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise RefusedLine(Code.INVALID, f"valid_until is {text[:40]!r}, say 2027-01-01T00:00:00Z", "valid_until") from None


def _language(text: str | None) -> str | None:
    if text is not None and not _LANGUAGE.fullmatch(text.lower()):
        raise RefusedLine(Code.INVALID, f"language is {text[:40]!r}, say two letters (ISO 639-1)", "language")
    return text.lower() if text else None


def _whitelist(text: str | None) -> Whitelist | None:
    if text is not None and text.upper() not in Whitelist.__members__:
        raise RefusedLine(Code.INVALID, f"whitelist is {text[:40]!r}, say one of {', '.join(Whitelist)}", "whitelist")
    return Whitelist(text.upper()) if text else None
