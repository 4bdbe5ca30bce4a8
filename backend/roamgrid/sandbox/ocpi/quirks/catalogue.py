"""Every habit of real partners that the sandbox can take on, with where it was seen. One list, for people and programs."""

import tomllib
from dataclasses import dataclass
from enum import StrEnum, auto
from functools import cache
from importlib.resources import files
from typing import Literal

Side = Literal["cpo", "emsp", "hub"]
_EVERY_VERSION = ("2.1.1", "2.2.1", "2.3.0")


class Quirk(StrEnum):
    """What can be switched on; `catalogue()` says what each one means."""

    ANNOUNCES_2_1 = auto()
    RELATIVE_URLS = auto()
    COMMANDS_UNLISTED = auto()
    CREDENTIALS_LISTED_TWICE = auto()
    PLAIN_TOKEN = auto()
    ENCODED_TOKEN = auto()
    TOKEN_WITH_NEWLINE = auto()
    NO_ROUTING_HEADERS = auto()
    RESULT_ROUTING_SWAPPED = auto()
    REQUIRES_REQUEST_IDS = auto()
    TRAILING_SLASH_REQUIRED = auto()
    HTTP_403_FOR_UNAUTHORIZED = auto()
    HTTP_400_FOR_INVALID = auto()
    HTTP_200_FOR_UNKNOWN = auto()
    HTTP_200_FOR_UNKNOWN_TOKEN = auto()
    EMPTY_SUCCESS = auto()
    DATES_WITH_OFFSET = auto()
    DATES_WITHOUT_ZONE = auto()
    DATES_WITH_NANOSECONDS = auto()
    DATES_MALFORMED = auto()
    REJECTS_FRACTIONS = auto()
    NULLS_EVERYWHERE = auto()
    EMPTY_TEXT_FOR_ABSENT = auto()
    LOWERCASE_ENUMS = auto()
    NUMBERS_AS_TEXT = auto()
    LOWERCASE_PARTY = auto()
    NO_TOTAL_COUNT = auto()
    KEYSET_PAGES = auto()
    LINK_WITHOUT_LIMIT = auto()
    LINK_OTHER_HOST = auto()
    ITEMS_BODY = auto()
    ONE_BASED_OFFSET = auto()
    FRESH_LAST_UPDATED = auto()
    STALE_LOCATION_DATE = auto()
    NO_LAST_UPDATED = auto()
    EVSES_VANISH = auto()
    PUBLISH_FLIPPED = auto()
    ALPHA2_COUNTRY = auto()
    NO_TIME_ZONE = auto()
    OLD_CONNECTOR_NAMES = auto()
    POWER_IN_KW = auto()
    DIRECTIONS_AS_TEXT = auto()
    LONG_FLOOR_LEVEL = auto()
    LONG_COORDINATES = auto()
    EVSE_IDS_DASHED = auto()
    EVSE_IDS_BARE = auto()
    HOURS_PAST_MIDNIGHT = auto()
    TARIFFS_UNRESOLVABLE = auto()
    TARIFF_IDS_NULL = auto()
    TARIFF_ID_ONE = auto()
    EMPTY_ELEMENTS = auto()
    CAMEL_CASE_RESTRICTIONS = auto()
    END_TIME_24 = auto()
    STEP_SIZE_ZERO = auto()
    ALT_TEXT_CONTRADICTS = auto()
    INCL_VAT_NULL = auto()
    OTHER_TARIFF_IN_CDR = auto()
    WH_ENERGY = auto()
    ENERGY_REGISTER = auto()
    PUT_EVERY_UPDATE = auto()
    PATCH_FULL_PERIODS = auto()
    PATCH_WITHOUT_DATE = auto()
    AUTH_METHOD_FLIPS = auto()
    STUCK_PENDING = auto()
    CDR_POSTED_WITH_OWNER_PATH = auto()
    NO_SUB_TOTALS = auto()
    ZERO_TOTAL_COST = auto()
    FLAT_DIMENSION = auto()
    UNPAID_PARKING_UNLISTED = auto()
    UNKNOWN_START = auto()
    CDR_LOCATION_ALL_EVSES = auto()
    CDR_LOCATION_NO_EVSES = auto()
    RELATIVE_CDR_LOCATION = auto()
    CDR_URL_IN_BODY = auto()
    REFUSES_NEGATIVE_TOTALS = auto()
    COMMAND_RESULT_WRAPPED = auto()
    STRING_RESULTS = auto()
    NEVER_SENDS_RESULT = auto()
    FAILED_BUT_STARTS = auto()
    ZERO_TIMEOUT = auto()
    SHARED_RESPONSE_URL = auto()
    TOKEN_UID_LOWERCASE = auto()
    WHITELIST_MISREAD = auto()
    REFUSES_PATCH = auto()
    HTTP_403_FOR_REFUSED = auto()


@dataclass(frozen=True, slots=True)
class About:
    """What a quirk does, which counterparties can have it, in which versions it shows, and where it was reported."""

    name: Quirk
    area: str
    sides: tuple[str, ...]
    versions: tuple[str, ...]
    summary: str
    source: str


@cache
def catalogue() -> tuple[About, ...]:
    """The whole list, by area. A conformance kit iterates over it. Raises ValueError for a name that no code knows."""
    areas = tomllib.loads(files("roamgrid.sandbox.ocpi.quirks").joinpath("quirks.toml").read_text())
    return tuple(
        About(
            name=Quirk(name),
            area=area,
            sides=tuple(entry["sides"]),
            versions=tuple(entry.get("versions", _EVERY_VERSION)),
            summary=entry["summary"],
            source=entry["source"],
        )
        for area, entries in areas.items()
        for name, entry in entries.items()
    )


def quirks_of(side: Side) -> list[About]:
    """What this kind of counterparty can take on."""
    return [about for about in catalogue() if side in about.sides]
