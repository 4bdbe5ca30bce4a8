"""A generated charging network, about as varied as a national one: verbatim OCPI 2.2.1 objects, the same for the same seed."""

from dataclasses import dataclass
from decimal import Decimal
from random import Random

from roamgrid.kernel import json

LOCATIONS = 10_000
COUNTRY = "NL"
PARTIES = ("GRF", "BLU", "RAP", "STD")
_CITIES = (
    ("Utrecht", "52.0907", "5.1214"),
    ("Breda", "51.5719", "4.7683"),
    ("Zwolle", "52.5168", "6.0830"),
    ("Venlo", "51.3704", "6.1724"),
)
_STATUSES = ("AVAILABLE",) * 6 + ("CHARGING",) * 3 + ("OUTOFORDER", "UNKNOWN")
_UPDATED = "2026-06-01T12:00:00Z"
_FAST_SHARE = 0.15  # of the sites


@dataclass(frozen=True, slots=True)
class Network:
    """Every object as its operator would send it."""

    locations: tuple[bytes, ...]
    tariffs: tuple[bytes, ...]


def generate(locations: int = LOCATIONS, seed: int = 1) -> Network:
    """So many sites with one to six charging points each, and a tariff for about ten of them."""
    random = Random(seed)
    tariffs = [_tariff(number, PARTIES[number % len(PARTIES)]) for number in range(max(len(PARTIES), locations // 10))]
    sites = [_location(random, number, len(tariffs)) for number in range(locations)]
    return Network(tuple(map(json.dumps, sites)), tuple(map(json.dumps, tariffs)))


def pages(objects: tuple[bytes, ...], size: int) -> list[bytes]:
    """The objects as bodies of a paged list (OCPI 2.2.1 Transport, Response format); of no objects one empty page."""
    head = b'{"status_code":1000,"status_message":"Success","timestamp":"2026-06-01T12:00:00Z","data":['
    starts = range(0, len(objects), size) or [0]
    return [head + b",".join(objects[at : at + size]) + b"]}" for at in starts]


def _location(random: Random, number: int, tariffs: int) -> dict[str, object]:
    city, latitude, longitude = _CITIES[random.randrange(len(_CITIES))]
    # Of one operator like its tariff: numbers of the same remainder.
    tariff = random.randrange(tariffs // len(PARTIES)) * len(PARTIES) + number % len(PARTIES)
    fast = random.random() < _FAST_SHARE
    points = random.randint(1, 6) if fast else random.choice((1, 2, 2, 2, 4))
    return {
        "country_code": COUNTRY,
        "party_id": PARTIES[number % len(PARTIES)],
        "id": f"LOC{number:06}",
        "publish": True,
        "name": f"{city} {number}",
        "address": f"Stationsstraat {number % 400 + 1}",
        "city": city,
        "postal_code": f"{1000 + number % 9000} AB",
        "country": "NLD",
        "coordinates": {"latitude": _near(random, latitude), "longitude": _near(random, longitude)},
        "parking_type": "ON_STREET",
        "evses": [_evse(random, number, point, tariff, fast=fast) for point in range(1, points + 1)],
        "operator": {"name": f"Operator {PARTIES[number % len(PARTIES)]}", "website": "https://operator.example/"},
        "time_zone": "Europe/Amsterdam",
        "opening_times": {"twentyfourseven": True},
        "last_updated": _UPDATED,
    }


def _evse(random: Random, number: int, point: int, tariff: int, *, fast: bool) -> dict[str, object]:
    plug: dict[str, object] = {"standard": "IEC_62196_T2", "format": "SOCKET", "power_type": "AC_3_PHASE", "max_voltage": 230}
    plug |= {"max_amperage": 32} if random.random() < 0.5 else {"max_amperage": 16, "max_electric_power": 11040}
    if fast:
        plug = {"standard": "IEC_62196_T2_COMBO", "format": "CABLE", "power_type": "DC", "max_voltage": 920}
        plug |= {"max_amperage": 500, "max_electric_power": random.choice((50_000, 150_000, 300_000))}
    return {
        "uid": f"{number:06}-{point}",
        "evse_id": f"{COUNTRY}*{PARTIES[number % len(PARTIES)]}*E{number:06}*{point}",
        "status": random.choice(_STATUSES),
        "capabilities": ["REMOTE_START_STOP_CAPABLE", "RFID_READER"],
        "physical_reference": str(point),
        "connectors": [{"id": "1", **plug, "tariff_ids": [f"T{tariff:05}"], "last_updated": _UPDATED}],
        "last_updated": _UPDATED,
    }


def _tariff(number: int, party: str) -> dict[str, object]:
    """Energy alone, energy with an hourly blocking fee by day, energy by day and by night, energy with a start fee."""
    energy = {"type": "ENERGY", "price": Decimal("0.29") + Decimal(number % 40) / 100, "vat": 21, "step_size": 1}
    by_day = {"start_time": "07:00", "end_time": "23:00"}
    kinds: tuple[list[dict[str, object]], ...] = (
        [{"price_components": [energy]}],
        [
            {"price_components": [energy]},
            {"price_components": [{"type": "PARKING_TIME", "price": 3, "vat": 21, "step_size": 60}], "restrictions": by_day},
        ],
        [
            {"price_components": [energy], "restrictions": by_day},
            {"price_components": [{**energy, "price": Decimal("0.25")}]},
        ],
        [{"price_components": [energy, {"type": "FLAT", "price": Decimal("0.35"), "vat": 21, "step_size": 1}]}],
    )
    return {
        "country_code": COUNTRY,
        "party_id": party,
        "id": f"T{number:05}",
        "currency": "EUR",
        "elements": kinds[number // len(PARTIES) % len(kinds)],
        "last_updated": _UPDATED,
    }


def _near(random: Random, degrees: str) -> str:
    return str(Decimal(degrees) + Decimal(random.randint(-400_000, 400_000)).scaleb(-6))
