"""Habits that only a charge shows: what was pushed during one, with and without."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from roamgrid.sandbox.ocpi.quirks import Quirk
from tests.sandbox.conftest import Cpo
from tests.sandbox.emsp import CARD, Received, TinyEmsp

Json = dict[str, Any]


@dataclass(frozen=True)
class Charge:
    """What reached the provider, oldest first."""

    version: str
    received: list[Received]
    response: Any

    def bodies(self, module: str, method: str | None = None) -> list[Any]:
        prefix = f"/{self.version}/{module}"
        return [push.body for push in self.received if push.path.startswith(prefix) and method in (None, push.method)]

    @property
    def cdr(self) -> Any:
        return self.bodies("cdrs")[0]

    @property
    def patches(self) -> list[Any]:
        return self.bodies("sessions", "PATCH")

    @property
    def results(self) -> list[Any]:
        return [push.body for push in self.received if push.path.startswith("/results")]

    def of(self, prefix: str) -> Received:
        return next(push for push in self.received if push.path.startswith(prefix))


@dataclass(frozen=True)
class Case:
    """`shows` tells whether the habit is visible in a charge; `knobs` make the charge one in which it can be."""

    shows: Callable[[Charge], bool]
    version: str = "2.2.1"
    knobs: Json = field(default_factory=dict)
    by_card: bool = False
    place: Json = field(default_factory=lambda: {"location_id": "UTR-002", "evse_uid": "UTR-002-1", "connector_id": "1"})


async def charge_with(cpo: Cpo, emsp: TinyEmsp, case: Case, *, quirks: Sequence[Quirk]) -> Charge:
    """One charge from its command, or its card, to its CDR."""
    emsp.received.clear()
    await cpo.control("knobs", {"stop_after_kwh": 2, "quirks": list(quirks)} | case.knobs)
    response = await (_tap(cpo, emsp) if case.by_card else emsp.start(**case.place))
    if "car_needs_kwh" in case.knobs:
        await _unplug_late(cpo, emsp)
    await emsp.cdr()
    # a result that failed to come would come before the CDR; statuses are beside the session
    return Charge(emsp.version, list(emsp.received), response)


async def _tap(cpo: Cpo, emsp: TinyEmsp) -> Any:
    connection = (await cpo.state())["connections"][0]["id"]
    place = {"location_id": "UTR-002", "evse_uid": "UTR-002-1"}
    return (await cpo.post("rfid", place | {"connection": connection, "token_uid": CARD["uid"]})).json()


async def _unplug_late(cpo: Cpo, emsp: TinyEmsp) -> None:
    """A car that is full parks for a while."""
    prefix = f"/{emsp.version}/sessions"
    await emsp.until(lambda: len(emsp.bodies(prefix, method="PATCH")) > 25)
    await cpo.control(f"sessions/{(await cpo.state())['sessions'][-1]['id']}/stop")


def dimensions(record: Json) -> list[str]:
    return [item["type"] for period in record["charging_periods"] for item in period["dimensions"]]


CHARGED: dict[Quirk, Case] = {
    Quirk.WH_ENERGY: Case(lambda seen: seen.cdr["total_energy"] == 2000 and seen.bodies("sessions", "PUT")[-1]["kwh"] == 2000),
    Quirk.ENERGY_REGISTER: Case(lambda seen: "ENERGY_IMPORT" in dimensions(seen.bodies("sessions", "PUT")[-1])),
    Quirk.PUT_EVERY_UPDATE: Case(lambda seen: seen.patches == [] and len(seen.bodies("sessions", "PUT")) > 2),
    Quirk.PATCH_FULL_PERIODS: Case(lambda seen: all("charging_periods" in patch for patch in seen.patches)),
    Quirk.PATCH_WITHOUT_DATE: Case(lambda seen: all("last_updated" not in patch for patch in seen.patches)),
    Quirk.AUTH_METHOD_FLIPS: Case(lambda seen: {patch.get("auth_method") for patch in seen.patches} == {"WHITELIST"}),
    Quirk.STUCK_PENDING: Case(lambda seen: {item["status"] for item in seen.bodies("sessions")} == {"PENDING"}),
    Quirk.CDR_POSTED_WITH_OWNER_PATH: Case(lambda seen: seen.of("/2.2.1/cdrs").path == "/2.2.1/cdrs/NL/DOM"),
    Quirk.NO_SUB_TOTALS: Case(lambda seen: "total_energy_cost" not in seen.cdr),
    Quirk.ZERO_TOTAL_COST: Case(lambda seen: seen.cdr["total_cost"] == {"excl_vat": 0}),
    Quirk.FLAT_DIMENSION: Case(lambda seen: "FLAT" in dimensions(seen.cdr)),
    Quirk.UNPAID_PARKING_UNLISTED: Case(
        lambda seen: "PARKING_TIME" not in dimensions(seen.cdr) and seen.cdr["total_parking_time"] > 0,
        knobs={"car_needs_kwh": 1},
    ),
    Quirk.UNKNOWN_START: Case(lambda seen: seen.cdr["start_date_time"] == "1970-1-1T00:00:00Z"),
    Quirk.CDR_LOCATION_ALL_EVSES: Case(lambda seen: len(seen.cdr["location"]["evses"]) == 2, version="2.1.1"),
    Quirk.CDR_LOCATION_NO_EVSES: Case(lambda seen: "evses" not in seen.cdr["location"], version="2.1.1"),
    Quirk.OTHER_TARIFF_IN_CDR: Case(lambda seen: seen.cdr["tariffs"][0]["id"] == "DOM-GARAGE-OVERSTAY"),
    Quirk.INCL_VAT_NULL: Case(lambda seen: seen.cdr["total_cost"].get("incl_vat", Decimal(0)) is None),
    Quirk.COMMAND_RESULT_WRAPPED: Case(lambda seen: seen.results[0].get("data") == {"result": "ACCEPTED"}),
    Quirk.STRING_RESULTS: Case(
        lambda seen: (seen.response["data"], seen.results) == ("ACCEPTED", ["ACCEPTED"]), version="2.1.1"
    ),
    Quirk.NEVER_SENDS_RESULT: Case(lambda seen: seen.results == []),
    Quirk.FAILED_BUT_STARTS: Case(lambda seen: seen.results == [{"result": "FAILED"}]),
    Quirk.ZERO_TIMEOUT: Case(lambda seen: seen.response["data"]["timeout"] == 0),
    Quirk.RESULT_ROUTING_SWAPPED: Case(lambda seen: seen.of("/results").headers["ocpi-from-party-id"] == "TST"),
    Quirk.NO_ROUTING_HEADERS: Case(lambda seen: "ocpi-from-party-id" not in seen.of("/2.2.1/cdrs").headers),
    Quirk.PLAIN_TOKEN: Case(lambda seen: seen.of("/2.2.1/cdrs").headers["authorization"] == "Token token-b-of-the-test"),
    Quirk.TOKEN_WITH_NEWLINE: Case(lambda seen: seen.of("/2.2.1/cdrs").headers["authorization"] == NEWLINE),
    Quirk.ENCODED_TOKEN: Case(lambda seen: seen.of("/2.1.1/cdrs").headers["authorization"] == ENCODED, version="2.1.1"),
    Quirk.TOKEN_UID_LOWERCASE: Case(lambda seen: seen.cdr["cdr_token"]["uid"] == "0a1b2c3d", by_card=True),
}
ENCODED = "Token dG9rZW4tYi1vZi10aGUtdGVzdA=="
NEWLINE = "Token dG9rZW4tYi1vZi10aGUtdGVzdAo="
