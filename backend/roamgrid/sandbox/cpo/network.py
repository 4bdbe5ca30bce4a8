"""The stations and tariffs that this operator publishes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from roamgrid.kernel.json import dumps, loads
from roamgrid.sandbox.ocpi.instants import OLDEST, read, written
from roamgrid.sandbox.ocpi.shelf import Key, Shelf, key_of

Json = dict[str, Any]


class _Dated(msgspec.Struct):
    last_updated: str | None = None


class _EvseHead(_Dated):
    connectors: list[_Dated] | None = None


class _Operator(msgspec.Struct):
    name: str | None = None


class _Head(_Dated, kw_only=True):
    country_code: str
    party_id: str
    id: str
    operator: _Operator | None = None
    evses: list[_EvseHead] | None = None


_head = msgspec.json.Decoder(_Head)


@dataclass(frozen=True, slots=True)
class Party:
    """A charge point operator in this network."""

    country_code: str
    party_id: str
    name: str


@dataclass(frozen=True, slots=True)
class Place:
    """One connector with what it belongs to, as published at this moment."""

    location: Json
    evse: Json
    connector: Json

    @property
    def owner(self) -> tuple[str, str]:
        return (self.location["country_code"], self.location["party_id"])

    @property
    def evse_key(self) -> tuple[str, str, str, str]:
        return (*key_of(*self.owner, self.location["id"]), self.evse["uid"].casefold())


class Network:
    """Locations and tariffs by (country_code, party_id, id), with their bytes kept as they were delivered."""

    def __init__(self) -> None:
        self.locations: Shelf[bytes] = Shelf()
        self.tariffs: Shelf[bytes] = Shelf()
        self.unreadable = 0
        self._parties: dict[tuple[str, str], Party] = {}
        self._by_id: dict[str, list[Key]] = {}

    @property
    def parties(self) -> list[Party]:
        """Every operator that owns a location or a tariff."""
        return sorted(self._parties.values(), key=lambda party: (party.country_code, party.party_id))

    def load(self, *, locations: Iterable[bytes] = (), tariffs: Iterable[bytes] = (), at: datetime = OLDEST) -> None:
        """Add or replace objects.

        List filters see an object as updated at the latest `last_updated` inside it, but not before `at`: operators do
        deliver changed objects that kept their old `last_updated`, and a peer that pulls from a date must get them.
        """
        for raw in locations:
            if head := self._shelve(self.locations, raw, at):
                self._index(head)
        for raw in tariffs:
            self._shelve(self.tariffs, raw, at)

    def remove(self, keys: Iterable[Key]) -> int:
        """Forget locations without a word to anyone, as real feeds do; how many were there."""
        return sum(self.locations.remove(key_of(*key)) for key in keys)

    def location(self, location_id: str, *, owner: tuple[str, str] | None = None) -> Json | None:
        """The location with this id; `owner` (country_code, party_id) decides where several parties use the id."""
        keys = [key for key in self._by_id.get(location_id.casefold(), []) if key in self.locations]
        preferred = key_of(*owner, location_id) if owner else None
        chosen = preferred if preferred in keys else next(iter(keys), None)
        raw = self.locations.find(chosen) if chosen else None
        return loads(raw) if raw else None

    def tariff_for(self, place: Place, at: datetime) -> Json | None:
        """The tariff of a connector that is valid at `at`, the one for contract customers before the ad-hoc one."""
        found = [self.tariffs.find(key_of(*place.owner, tid)) for tid in place.connector.get("tariff_ids") or []]
        valid = [tariff for raw in found if raw and _is_valid(tariff := loads(raw), at)]
        valid.sort(key=lambda tariff: tariff.get("type") == "AD_HOC_PAYMENT")
        return valid[0] if valid else None

    def set_status(self, place: Place, status: str, at: datetime, *, moves_location: bool = True) -> None:
        """Publish a new EVSE status; its `last_updated` moves up to the location. A vanished EVSE stays vanished.

        Without `moves_location` the location keeps its old moment, and list filters do not see the change.
        """
        key = key_of(*place.owner, place.location["id"])
        raw = self.locations.find(key)
        if raw is None:
            return
        location = loads(raw)
        for evse in location.get("evses") or []:
            if evse["uid"].casefold() == place.evse["uid"].casefold():
                evse["status"] = status
                evse["last_updated"] = written(at)
        if moves_location:
            location["last_updated"] = written(at)
        self.locations.put(key, dumps(location), at if moves_location else self.locations.updated(key))

    def _shelve(self, shelf: Shelf[bytes], raw: bytes, at: datetime) -> _Head | None:
        try:
            head = _head.decode(raw)
            shelf.put(key_of(head.country_code, head.party_id, head.id), raw, max(at, _latest(head)))
        except (msgspec.DecodeError, ValueError):
            self.unreadable += 1
            return None
        self._remember_party(head)
        return head

    def _remember_party(self, head: _Head) -> None:
        code = (head.country_code.upper(), head.party_id.upper())
        name = head.operator.name if head.operator else None
        known = self._parties.get(code)
        if known is None or (name and known.name == "*".join(code)):
            self._parties[code] = Party(*code, name=name or "*".join(code))

    def _index(self, head: _Head) -> None:
        key = key_of(head.country_code, head.party_id, head.id)
        keys = self._by_id.setdefault(head.id.casefold(), [])
        if key not in keys:
            keys.append(key)


def only(place: Place) -> Json:
    """The location of a place, with no other EVSE and no other connector in it."""
    return place.location | {"evses": [place.evse | {"connectors": [place.connector]}]}


def place_in(location: Json, evse_uid: str | None, connector_id: str | None) -> Place | None:
    """The connector that was named; without a name the first EVSE and its first connector. None if unknown."""
    evses = location.get("evses") or []
    evse = next((item for item in evses if evse_uid is None or item["uid"].casefold() == evse_uid.casefold()), None)
    connectors = (evse or {}).get("connectors") or []
    wanted = connector_id.casefold() if connector_id else None
    connector = next((item for item in connectors if wanted is None or item["id"].casefold() == wanted), None)
    return Place(location, evse, connector) if evse and connector else None


def _latest(head: _Head) -> datetime:
    dated: list[_Dated] = [head]
    for evse in head.evses or []:
        dated += [evse, *(evse.connectors or [])]
    return max((read(item.last_updated) for item in dated if item.last_updated), default=OLDEST)


def _is_valid(tariff: Json, at: datetime) -> bool:
    start, end = tariff.get("start_date_time"), tariff.get("end_date_time")
    return (not start or read(start) <= at) and (not end or at < read(end))
