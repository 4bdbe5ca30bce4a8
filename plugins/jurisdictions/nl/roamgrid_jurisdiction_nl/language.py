"""Dutch words for prices; readers of English get English, everybody else Dutch."""

from roamgrid.extensions import ENGLISH, Language, Origin, PriceDimension, Unit

DUTCH = Language(
    tag="nl",
    decimal_mark=",",
    price_unknown="prijs onbekend",
    with_tax="incl. btw",
    without_tax="excl. btw",
    reservation_expired="als u niet komt",
    per={
        Unit.KWH: "per kWh",
        Unit.HOUR: "per uur",
        Unit.MINUTE: "per minuut",
        Unit.SESSION: "per sessie",
        Unit.MONTH: "per maand",
    },
    labels={
        PriceDimension.ENERGY: "Stroom",
        PriceDimension.TIME: "Laadtijd",
        PriceDimension.PARKING_TIME: "Bezet houden na het laden",
        PriceDimension.FLAT: "Starttarief",
        PriceDimension.RESERVATION_TIME: "Reservering",
        PriceDimension.RESERVATION_FLAT: "Reserveringskosten",
        PriceDimension.MIN_PRICE: "Minimumprijs",
        PriceDimension.MAX_PRICE: "Maximumprijs",
        PriceDimension.SUBSCRIPTION: "Abonnement",
    },
    origins={Origin.CPO: "", Origin.MSP_FEE: "servicekosten", Origin.MSP_EROAMING: "roaming"},
    conditions={
        "starts": "vanaf {}",
        "until": "tot {}",
        "min_kwh": "vanaf {} kWh",
        "max_kwh": "tot {} kWh",
        "min_seconds": "na {} minuten",
        "max_seconds": "de eerste {} minuten",
        "min_power_kw": "vanaf {} kW",
        "max_power_kw": "onder {} kW",
        "min_current_a": "vanaf {} A",
        "max_current_a": "onder {} A",
    },
    symbols={"EUR": "€", "GBP": "£"},
)
LANGUAGES = {"nl": DUTCH, "en": ENGLISH}


def language(locale: str) -> Language:
    """The words for a BCP 47 tag, by its language."""
    return LANGUAGES.get(locale.partition("-")[0].lower(), DUTCH)
