"""Small networks of charging stations, each far from every other, as the dumps that sandbox operators serve."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

from roamgrid.kernel.json import dumps

Json = dict[str, Any]
_CHANGED = "2026-05-04T06:00:00Z"
_CENT = Decimal("0.01")
_HALF_A_DIGIT = Decimal("0.00005")
_TAX = Decimal("1.21")


@dataclass(frozen=True, slots=True)
class Network:
    """One station of a Dutch operator. Prices are net, in euro."""

    party_id: str
    city: str
    latitude: str
    longitude: str
    per_kwh: Decimal
    per_session: Decimal
    evses: int = 6

    @property
    def centre(self) -> tuple[float, float]:
        """Where drivers search."""
        return (float(self.latitude), float(self.longitude))

    @property
    def location_id(self) -> str:
        return f"{self.party_id}-001"

    def evse_uid(self, number: int) -> str:
        """`number` counts from 1."""
        return f"{self.party_id}-001-{number}"

    def price(self, kwh: Decimal) -> Decimal:
        """What a charge costs, net and exact."""
        return kwh * self.per_kwh + self.per_session

    def asks(self, total: Decimal, kwh: Decimal) -> bool:
        """Whether a CDR's net total is this network's price: operators write it with four decimals."""
        return abs(total - self.price(kwh)) <= _HALF_A_DIGIT

    def files(self, folder: Path) -> tuple[Path, Path]:
        """Its locations and tariffs, written down."""
        locations, tariffs = folder / f"{self.party_id}-locations.json", folder / f"{self.party_id}-tariffs.json"
        locations.write_bytes(dumps([self._location()]))
        tariffs.write_bytes(dumps([self._tariff()]))
        return locations, tariffs

    def _location(self) -> Json:
        return {
            **self._named(self.location_id),
            "publish": True,
            "name": f"{self.city} Centrum",
            "address": "Marktplein 1",
            "city": self.city,
            "country": "NLD",
            "coordinates": {"latitude": self.latitude, "longitude": self.longitude},
            "time_zone": "Europe/Amsterdam",
            "evses": [self._evse(number) for number in range(1, self.evses + 1)],
        }

    def _evse(self, number: int) -> Json:
        connector = {
            "id": "1",
            "standard": "IEC_62196_T2",
            "format": "SOCKET",
            "power_type": "AC_3_PHASE",
            "max_voltage": 230,
            "max_amperage": 16,
            "tariff_ids": [self._tariff_id],
            "last_updated": _CHANGED,
        }
        return {
            "uid": self.evse_uid(number),
            "evse_id": f"NL*{self.party_id}*E001*{number}",
            "status": "AVAILABLE",
            "capabilities": ["RFID_READER", "REMOTE_START_STOP_CAPABLE"],
            "connectors": [connector],
            "last_updated": _CHANGED,
        }

    def _tariff(self) -> Json:
        components = [
            {"type": "ENERGY", "price": self.per_kwh, "vat": 21, "step_size": 1},
            {"type": "FLAT", "price": self.per_session, "vat": 21, "step_size": 1},
        ]
        return {**self._named(self._tariff_id), "currency": "EUR", "elements": [{"price_components": components}]}

    @property
    def _tariff_id(self) -> str:
        return f"{self.party_id}-T"

    def _named(self, object_id: str) -> Json:
        return {"country_code": "NL", "party_id": self.party_id, "id": object_id, "last_updated": _CHANGED}


def bill(brand: str, kwh: Decimal, wholesale: Decimal) -> tuple[Decimal, Decimal, Decimal]:
    """Net, tax and gross of a receipt: Voltara passes the price on and adds 0.35, Kilowind asks 0.52 per kWh (tenants/)."""
    exact = kwh * Decimal("0.52") if brand == "kilowind" else wholesale + Decimal("0.35")
    net, gross = (amount.quantize(_CENT, ROUND_HALF_UP) for amount in (exact, exact * _TAX))
    return net, gross - net, gross
