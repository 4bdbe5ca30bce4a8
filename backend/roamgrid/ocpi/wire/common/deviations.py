"""Where partners leave the specification: understood all the same and counted (`Deviation`), or not understood (`Refused`)."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

import msgspec

from roamgrid.kernel.errors import Invalid

T = TypeVar("T")
_EXAMPLE_LENGTH = 120


class Code(StrEnum):
    """Stable names of deviations, as stored and shown per partner."""

    # Form
    NULL_FIELD = "NULL_FIELD"
    """An explicit null where the field could be absent. Legal, but says that the partner serialises blindly."""
    MISSING_FIELD = "MISSING_FIELD"
    """A required field is absent; a neutral value stands in."""
    EMPTY_TEXT = "EMPTY_TEXT"
    """An empty string; read as absent."""
    EMPTY_LIST = "EMPTY_LIST"
    """An empty list where at least one item is required."""
    NOT_A_LIST = "NOT_A_LIST"
    """A single value where a list of them is required."""
    WRONG_TYPE = "WRONG_TYPE"
    """A number as text, a boolean as number and the like."""
    TOO_LONG = "TOO_LONG"
    """Longer than the specification allows; kept."""
    CONTROL_CHARACTER = "CONTROL_CHARACTER"
    """U+0000 in a text; no database text can hold it, so it is left out of the derived value."""
    DUPLICATE_KEY = "DUPLICATE_KEY"
    """An object that says one field twice; the last one counts, as JSON readers do. The example is its name."""
    UNKNOWN_VALUE = "UNKNOWN_VALUE"
    """A value that the enumeration does not have."""
    VALUE_CASE = "VALUE_CASE"
    """An enumeration's value in other letters; read as meant."""
    UNKNOWN_FIELD = "UNKNOWN_FIELD"
    """A field that the object does not have; kept in the verbatim body. The example is its name."""
    DATE_FORM = "DATE_FORM"
    """A date and time in another form than `YYYY-MM-DDTHH:MM:SS[.fff][Z]`."""
    TIME_FORM = "TIME_FORM"
    """A time of day in another form than `HH:MM`, `24:00` among them."""
    UNREADABLE = "UNREADABLE"
    """Not understood and dispensable: left out of the derived value, kept in the verbatim body."""
    REFUSED = "REFUSED"
    """The whole object was not understood. The example is the reason."""

    # Content
    COUNTRY_FORM = "COUNTRY_FORM"
    """A location's country in another form than ISO 3166 alpha-3."""
    TIME_ZONE_UNKNOWN = "TIME_ZONE_UNKNOWN"
    """No time zone, or none that exists; the country's only one stands in."""
    POWER_MISSING = "POWER_MISSING"
    """No `max_electric_power`: derived from volts, amperes and phases."""
    POWER_IMPLAUSIBLE = "POWER_IMPLAUSIBLE"
    """Above 1 MW or below 1 kW, mostly a unit mistake: derived from volts, amperes and phases instead."""
    EVSE_ID_MISSING = "EVSE_ID_MISSING"
    """A charging point without its eMI3 id: it is not recognised across feeds."""
    EVSE_ID_FORM = "EVSE_ID_FORM"
    """An EVSE id that is not of the eMI3 form."""
    MANY_EVSES = "MANY_EVSES"
    """More than 50 charging points in one location."""
    PLACE_UNCLEAR = "PLACE_UNCLEAR"
    """A charge whose location does not name exactly one charging point and one connector: where exactly stays unknown."""
    NO_TARIFF = "NO_TARIFF"
    """A connector without tariff ids: its price is unknown."""
    VAT_NULL = "VAT_NULL"
    """`"vat": null`: whether VAT applies is unknown."""

    # Across objects
    DUPLICATE_EVSE_ID = "DUPLICATE_EVSE_ID"
    """An EVSE id that stands in several locations."""
    TARIFF_UNRESOLVED = "TARIFF_UNRESOLVED"
    """A connector whose tariff ids name no tariff of its operator: its price is unknown."""
    WRONG_TOTAL = "WRONG_TOTAL"
    """`X-Total-Count` is not the number of objects that were shown."""
    EMPTY_CRAWL = "EMPTY_CRAWL"
    """A complete crawl showed nothing at all; what we hold is kept."""
    NOT_SAYABLE = "NOT_SAYABLE"
    """Something of ours that the partner's version cannot hold; it was told without it, or not at all (`/`)."""

    # Manners of calls
    TOKEN_FORM = "TOKEN_FORM"
    """A token that is not written as the version wants: plain, in Base64, or with a newline encoded."""
    REQUEST_ID_MISSING = "REQUEST_ID_MISSING"
    """A call without an id; nobody can find it again on both sides."""
    ROUTING_MISSING = "ROUTING_MISSING"
    """A call that does not say who speaks to whom."""
    OWNER_PATH = "OWNER_PATH"
    """A CDR posted below its owner, where the specification has no address."""
    PERIODS_REPEATED = "PERIODS_REPEATED"
    """A PATCH with charging periods that were told before and have not changed."""

    @property
    def breaks_specification(self) -> bool:
        """Whether a strict reader would object. What is only thin in content, or legal and ill-advised, breaks nothing."""
        return self not in _HARMLESS


_HARMLESS = frozenset(
    {
        Code.NULL_FIELD,
        Code.VAT_NULL,
        Code.POWER_MISSING,
        Code.POWER_IMPLAUSIBLE,
        Code.EVSE_ID_MISSING,
        Code.MANY_EVSES,
        Code.NO_TARIFF,
        Code.TARIFF_UNRESOLVED,
        Code.EMPTY_CRAWL,
        Code.NOT_SAYABLE,
    }
)


class Outcome(StrEnum):
    """How an object stood up to validation, as it is kept with every object."""

    STRICT = "strict"
    """As the specification says, as far as a reader can tell."""
    DEVIATING = "deviating"
    """Understood, with deviations that break the specification."""
    REFUSED = "refused"
    """Not understood: what raising `Refused` means."""


class Deviation(msgspec.Struct, frozen=True):
    """One departure. `field` is a path like `/evses/*/uid` (`*` stands for any index), `example` what was found there."""

    code: Code
    field: str
    example: str


class Refused(Invalid):
    """An object that cannot be understood without a guess. `field` is its path as in `Deviation`."""

    code = "OCPI_OBJECT_REFUSED"
    hint = "Correct the named field and send the object again; the body that came was kept."

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field or '/'}: {reason}", field=field or "/")
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Read(Generic[T]):
    """What was read, and what was odd about it. `takes_unknown`: in a version whose readers must accept unknown fields."""

    value: T
    deviations: tuple[Deviation, ...] = ()
    takes_unknown: bool = False

    @property
    def outcome(self) -> Outcome:
        """STRICT or DEVIATING; what is REFUSED raises `Refused` instead."""
        if not self.deviations:
            return Outcome.STRICT
        broken = {deviation.code for deviation in self.deviations if deviation.code.breaks_specification}
        if self.takes_unknown:
            broken.discard(Code.UNKNOWN_FIELD)
        return Outcome.DEVIATING if broken else Outcome.STRICT


def shown(value: object) -> str:
    """A value as an example: short, whatever a partner sent."""
    match value:
        case str():
            text = value
        case dict() | list():
            text = type(value).__name__
        case _:
            text = repr(value)
    return text.replace("\x00", "")[:_EXAMPLE_LENGTH]
