"""One charge of one driver, from the e-mail address to the receipt."""

import time
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from roamgrid.cli.demo import queries
from roamgrid.cli.demo.driver import DriverApp, DriverFailed
from roamgrid.kernel.errors import DomainError

_SEARCH_KM = 60
_PAGES = 20
_CHARGE_UNTIL_KWH = 1


class NothingToCharge(DomainError):
    """No free connector with a known, lawful price was found."""

    code = "NOTHING_TO_CHARGE"
    hint = "Look at the partner's deviations with `roamgrid partner list`: many feeds name tariffs that they do not send."


@dataclass(slots=True)
class Journey:
    """What a brand's driver experienced; becomes one entry of the report's `brands`."""

    tenant: str
    stations_found: int = 0
    station: str = ""
    offer: dict[str, Any] = field(default_factory=dict)
    session: dict[str, Any] = field(default_factory=dict)
    cdr: dict[str, Any] = field(default_factory=dict)
    receipt: dict[str, Any] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)

    def problems(self) -> list[str]:
        """What did not go as promised; empty: all of it did."""
        wanted = {
            "no station was found": self.stations_found > 0,
            "no price was shown": bool(self.offer.get("components")),
            "the session never charged": "CHARGING" in self.session.get("states", []),
            "the session was not billed": self.session.get("states", [""])[-1:] == ["BILLED"],
            "the operator's total does not match ours": self.cdr.get("verdict") == "match",
            "there is no receipt": bool(self.receipt.get("number")),
        }
        return [f"{self.tenant}: {problem}" for problem, holds in wanted.items() if not holds]


async def charge_once(app: DriverApp, tenant: str, email: str, centre: tuple[float, float], *, skip: int) -> Journey:
    """Sign in, find, look at the price, start, watch, stop, get the receipt."""
    journey = Journey(tenant)
    clock = _Stopwatch(journey.seconds)
    await app.sign_in(email)
    clock.lap("sign_in")
    found = await find_offer(app, centre, skip=skip)
    journey.stations_found, journey.station = found.looked_at, found.station
    clock.lap("find")
    journey.offer = _offer(found.offer)
    started = await app.run(queries.START, {"offerId": found.offer["id"]})
    session = started["startSession"]["session"]
    clock.lap("start")
    session = await _watch(app, session["id"], clock)
    clock.lap("stop_to_receipt")
    journey.session = {"id": session["id"], "states": session["states"], "kwh": session["kwh"]}
    journey.cdr = _cdr(session)
    journey.receipt = _receipt(session)
    return journey


@dataclass(frozen=True, slots=True)
class Found:
    """A connector with an offer that can be taken."""

    looked_at: int
    station: str
    offer: dict[str, Any]


async def find_offer(app: DriverApp, centre: tuple[float, float], *, skip: int = 0) -> Found:
    """The nearest free connector with a known, lawful price; `skip` passes over the first ones. Raises `NothingToCharge`."""
    after: str | None = None
    looked_at = 0
    for _ in range(_PAGES):
        near = {"lat": centre[0], "lon": centre[1], "radiusKm": _SEARCH_KM}
        answer = await app.run(queries.STATIONS, {"near": near, "first": 50, "after": after})
        page = answer["stations"]
        looked_at += len(page["edges"])
        for station in (edge["node"] for edge in page["edges"]):
            for offer in _startable(station):
                if skip == 0:
                    return Found(looked_at, f"{station['name']}, {station['city']}", offer)
                skip -= 1
        if not page["pageInfo"]["hasNextPage"]:
            break
        after = page["pageInfo"]["endCursor"]
    raise NothingToCharge(f"none of {looked_at} stations has a free connector with a known price")


async def _watch(app: DriverApp, session_id: str, clock: "_Stopwatch") -> dict[str, Any]:
    """Follow the live session; stop it when it has charged for a while; end with its final state."""
    stopping = False
    async for update in app.watch(queries.LIVE, {"id": session_id}):
        session: dict[str, Any] = update["session"]
        if session["failure"]:
            raise DriverFailed(f"{session['failure']['code']}: {session['failure']['message']}")
        if session["state"] == "CHARGING" and Decimal(session["kwh"]) >= _CHARGE_UNTIL_KWH and not stopping:
            clock.lap("charging")
            await app.run(queries.STOP, {"sessionId": session_id})
            stopping = True
        if session["final"]:
            return session
    raise DriverFailed("the live subscription ended before the session did")


def _startable(station: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        connector["offer"]
        for evse in station["evses"]
        if evse["status"] == "AVAILABLE"
        for connector in evse["connectors"]
        if connector["offer"] and connector["offer"]["id"] and not connector["offer"]["priceUnknown"]
    ]


def _offer(offer: dict[str, Any]) -> dict[str, Any]:
    return {
        "components": offer["components"],
        "tariff_version": offer["tariffVersion"],
        "plan_version": offer["planVersion"],
        "rule_pack_version": offer["rulePackVersion"],
    }


def _cdr(session: dict[str, Any]) -> dict[str, Any]:
    cdr = session["cdr"] or {}
    return {
        "id": cdr.get("id"),
        "total": (cdr.get("total") or {}).get("amount"),
        "verdict": (cdr.get("verdict") or "").lower() or None,
    }


def _receipt(session: dict[str, Any]) -> dict[str, Any]:
    receipt = session["receipt"] or {}
    amounts = {name: (receipt.get(name) or {}).get("amount") for name in ("net", "tax", "gross")}
    return {"number": receipt.get("number"), **amounts, "currency": (receipt.get("gross") or {}).get("currency")}


class _Stopwatch:
    def __init__(self, laps: dict[str, float]) -> None:
        self._laps = laps
        self._begun = self._last = time.monotonic()

    def lap(self, name: str) -> None:
        now = time.monotonic()
        self._laps[name] = round(now - self._last, 3)
        self._laps["total"] = round(now - self._begun, 3)
        self._last = now
