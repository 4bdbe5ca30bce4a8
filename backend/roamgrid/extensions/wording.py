"""Words around a price. A language is a value; plugins bring those of their jurisdiction."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from roamgrid.canonical.money import CurrencyCode, minor_units
from roamgrid.extensions.prices import Basis, Condition, DisplayComponent, Origin, PriceDimension, Unit

MOST_DECIMALS = 4


@dataclass(frozen=True, slots=True)
class Language:
    """How prices are worded. `conditions` are templates with one `{}` each, keyed by the `Condition` field."""

    tag: str
    decimal_mark: str
    price_unknown: str
    with_tax: str
    without_tax: str
    reservation_expired: str
    per: Mapping[Unit, str]
    labels: Mapping[PriceDimension, str]
    origins: Mapping[Origin, str]
    conditions: Mapping[str, str]
    symbols: Mapping[str, str]


ENGLISH = Language(
    tag="en",
    decimal_mark=".",
    price_unknown="price unknown",
    with_tax="incl. VAT",
    without_tax="excl. VAT",
    reservation_expired="if you do not come",
    per={
        Unit.KWH: "per kWh",
        Unit.HOUR: "per hour",
        Unit.MINUTE: "per minute",
        Unit.SESSION: "per session",
        Unit.MONTH: "per month",
    },
    labels={
        PriceDimension.ENERGY: "Energy",
        PriceDimension.TIME: "Charging time",
        PriceDimension.PARKING_TIME: "Occupancy after charging",
        PriceDimension.FLAT: "Start fee",
        PriceDimension.RESERVATION_TIME: "Reservation",
        PriceDimension.RESERVATION_FLAT: "Reservation fee",
        PriceDimension.MIN_PRICE: "Minimum price",
        PriceDimension.MAX_PRICE: "Maximum price",
        PriceDimension.SUBSCRIPTION: "Subscription",
    },
    origins={Origin.CPO: "", Origin.MSP_FEE: "service fee", Origin.MSP_EROAMING: "roaming"},
    conditions={
        "starts": "from {}",
        "until": "until {}",
        "min_kwh": "from {} kWh",
        "max_kwh": "up to {} kWh",
        "min_seconds": "after {} min",
        "max_seconds": "for the first {} min",
        "min_power_kw": "from {} kW",
        "max_power_kw": "below {} kW",
        "min_current_a": "from {} A",
        "max_current_a": "below {} A",
    },
    symbols={"EUR": "€", "GBP": "£"},
)


def worded(component: DisplayComponent, language: Language, time_zone: str) -> DisplayComponent:
    """The component with its label and its line of text, e.g. `€ 0,49 per kWh incl. btw`. Conditions in local time."""
    label = language.labels[component.dimension]
    origin = language.origins[component.origin]
    if origin:
        label = f"{label} ({origin})"
    amount = _amount(component.amount, component.currency, language)
    parts = (amount, language.per[component.unit], _tax(component, language))
    when = ", ".join(_when(component.condition, language, ZoneInfo(time_zone)))
    text = " ".join(part for part in parts if part)
    return replace(component, label=label, text=f"{text}, {when}" if when else text)


def _amount(amount: Decimal, currency: CurrencyCode, language: Language) -> str:
    """With its symbol, at least the currency's decimals and at most four."""
    least = minor_units(currency)
    rounded = amount.quantize(Decimal(1).scaleb(-max(MOST_DECIMALS, least)), rounding=ROUND_HALF_UP)
    whole, _, fraction = f"{rounded:f}".partition(".")
    fraction = fraction.rstrip("0").ljust(least, "0")
    number = f"{whole}{language.decimal_mark}{fraction}" if fraction else whole
    return f"{language.symbols.get(currency, currency)} {number}"


def _tax(component: DisplayComponent, language: Language) -> str:
    if component.source.basis is Basis.NO_TAX:
        return ""
    return language.with_tax if component.tax_included else language.without_tax


def _when(condition: Condition, language: Language, zone: ZoneInfo) -> Iterator[str]:
    for name, template in language.conditions.items():
        value = getattr(condition, name)
        if isinstance(value, datetime):
            yield template.format(f"{value.astimezone(zone):%H:%M}")
        elif value is not None:
            yield template.format(_number(value, name, language))
    if condition.reservation_expired:
        yield language.reservation_expired


def _number(value: Decimal | int, name: str, language: Language) -> str:
    number = Decimal(value) / 60 if name.endswith("_seconds") else Decimal(value)
    text = f"{number.normalize():f}"
    return text.replace(".", language.decimal_mark)
