"""A charge over OCPI, from the command to the CDR."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from roamgrid.kernel.json import loads
from tests.sandbox.conftest import Cpo
from tests.sandbox.emsp import TOKEN, TinyEmsp

GARAGE: dict[str, Any] = {"location_id": "UTR-002", "evse_uid": "UTR-002-1", "connector_id": "1"}
CDR_TOKEN = {name: TOKEN[name] for name in ("country_code", "party_id", "uid", "type", "contract_id")}


async def charged(emsp: TinyEmsp, kwh: int = 2, **place: Any) -> str:
    """Start, let some energy flow, stop; the session's id."""
    assert (await emsp.start(**place))["data"]["result"] == "ACCEPTED"
    await emsp.until(lambda: any(body["kwh"] > kwh for body in emsp.bodies("/2.2.1/sessions", method="PATCH")))
    session_id = emsp.bodies("/2.2.1/sessions", method="PUT")[0]["id"]
    assert (await emsp.command("STOP_SESSION", "r2", session_id=session_id))["data"]["result"] == "ACCEPTED"
    return str(session_id)


async def test_a_charge_ends_with_a_cdr_that_adds_up(connected: TinyEmsp):
    session_id = await charged(connected, **GARAGE)
    cdr = await connected.cdr()

    assert (cdr["session_id"], cdr["auth_method"], cdr["authorization_reference"]) == (session_id, "COMMAND", "REF-1")
    assert cdr["cdr_token"] == CDR_TOKEN
    assert cdr["cdr_location"]["evse_id"] == "NL*DOM*EUTR002*1"
    assert cdr["tariffs"][0]["id"] == "DOM-GARAGE"
    dimensions = [item for period in cdr["charging_periods"] for item in period["dimensions"]]
    assert sum(item["volume"] for item in dimensions if item["type"] == "ENERGY") == cdr["total_energy"]
    assert sum(item["volume"] for item in dimensions if item["type"] == "TIME") == cdr["total_time"]
    energy = cdr["total_energy"] * Decimal("0.29")
    assert cdr["total_cost"] == {"excl_vat": (energy + Decimal("0.45")).quantize(Decimal("0.0001"))}
    assert cdr["total_fixed_cost"] == {"excl_vat": Decimal("0.45")}
    assert cdr["total_energy_cost"] == {"excl_vat": energy.quantize(Decimal("0.0001"))}


async def test_the_session_is_told_from_active_to_completed_with_growing_energy(connected: TinyEmsp):
    await charged(connected, kwh=8, **GARAGE)
    await connected.cdr()

    puts, patches = (connected.bodies("/2.2.1/sessions", method=method) for method in ("PUT", "PATCH"))
    assert [put["status"] for put in puts] == ["ACTIVE", "COMPLETED"]
    readings = [body["kwh"] for body in [puts[0], *patches, puts[1]]]
    assert readings == sorted(readings)
    assert readings[0] == 0
    stamps = [body["last_updated"] for body in [puts[0], *patches, puts[1]]]
    assert stamps == sorted(set(stamps), key=datetime.fromisoformat)
    appended = [period["start_date_time"] for patch in patches for period in patch.get("charging_periods", [])]
    whole = [period["start_date_time"] for period in puts[1]["charging_periods"]]
    assert appended == whole[: len(appended)]
    assert len(appended) >= 2, "a period a quarter of an hour, each sent once when it is over"


async def test_results_are_bare_and_the_evse_is_charging_meanwhile(connected: TinyEmsp):
    await charged(connected, **GARAGE)
    await connected.until(lambda: len(connected.bodies("/2.2.1/locations")) == 2)

    assert connected.bodies("/results/r1") == [{"result": "ACCEPTED"}]
    assert connected.bodies("/results/r2") == [{"result": "ACCEPTED"}]
    statuses = [(push.path, push.body["status"]) for push in connected.received if "/locations" in push.path]
    assert statuses == [
        ("/2.2.1/locations/NL/DOM/UTR-002/UTR-002-1", "CHARGING"),
        ("/2.2.1/locations/NL/DOM/UTR-002/UTR-002-1", "AVAILABLE"),
    ]


async def test_pushes_say_from_whom_to_whom(connected: TinyEmsp):
    await charged(connected, **GARAGE)
    await connected.cdr()
    headers = next(push.headers for push in connected.received if push.path == "/2.2.1/cdrs")
    assert (headers["ocpi-from-party-id"], headers["ocpi-to-party-id"]) == ("DOM", "TST")
    assert headers["x-request-id"] != headers["x-correlation-id"]


async def test_sessions_and_cdrs_can_be_pulled_too(connected: TinyEmsp):
    session_id = await charged(connected, **GARAGE)
    cdr = await connected.cdr()
    since = "?date_from=2020-01-01T00:00:00Z"
    sessions = loads((await connected.call("GET", connected.endpoints["sessions"] + since)).content)["data"]
    cdrs = loads((await connected.call("GET", connected.endpoints["cdrs"])).content)["data"]
    assert [(session["id"], session["status"]) for session in sessions] == [(session_id, "COMPLETED")]
    assert cdrs == [cdr]


async def test_the_driver_who_unplugs_needs_no_stop_command(cpo: Cpo, connected: TinyEmsp):
    await cpo.control("knobs", {"stop_after_kwh": 1.5})
    await connected.start(**GARAGE)
    assert (await connected.cdr())["total_energy"] == Decimal("1.5")


async def test_a_full_car_parks_and_pays_for_it(cpo: Cpo, connected: TinyEmsp):
    await cpo.control("knobs", {"car_needs_kwh": 1})
    await connected.start(location_id="UTR-004", evse_uid="UTR-004-3", connector_id="1")
    session = "/2.2.1/sessions"
    await connected.until(lambda: any(patch["kwh"] == 1 for patch in connected.bodies(session, method="PATCH")))
    await connected.until(lambda: len(connected.bodies(session, method="PATCH")) > 20)
    await connected.command("STOP_SESSION", "r2", session_id=connected.bodies(session, method="PUT")[0]["id"])
    cdr = await connected.cdr()
    kinds = {item["type"] for item in cdr["charging_periods"][-1]["dimensions"]}
    assert (cdr["total_energy"], kinds) == (1, {"PARKING_TIME"})
    assert cdr["total_parking_time"] > 0


async def test_the_session_waits_for_the_cable(cpo: Cpo, connected: TinyEmsp):
    await cpo.control("knobs", {"plug_delay": 0.05, "stop_after_kwh": 1})
    await connected.start(**GARAGE)
    await connected.cdr()
    assert [body["status"] for body in connected.bodies("/2.2.1/sessions") if "status" in body][:2] == ["PENDING", "ACTIVE"]


async def test_some_operators_put_every_update(cpo: Cpo, connected: TinyEmsp):
    await cpo.control("knobs", {"session_updates": "put", "stop_after_kwh": 1})
    await connected.start(**GARAGE)
    await connected.cdr()
    assert connected.bodies("/2.2.1/sessions", method="PATCH") == []


async def test_a_connector_without_tariff_has_an_unknown_price(cpo: Cpo, connected: TinyEmsp):
    await cpo.control("knobs", {"stop_after_kwh": 1})
    await connected.start(location_id="NWG-001", evse_uid="NWG-001-1")
    cdr = await connected.cdr()
    assert "tariffs" not in cdr
    assert cdr["total_cost"] == {"excl_vat": 0}
    assert "total_cost" not in connected.bodies("/2.2.1/sessions", method="PUT")[-1]


async def test_a_failed_update_is_followed_by_a_complete_one(cpo: Cpo, connected: TinyEmsp):
    connected.refuse = {"/2.2.1/sessions"}
    await connected.start(**GARAGE)
    await cpo.until_pushes("session.failed")
    connected.refuse = set()
    await connected.until(lambda: connected.bodies("/2.2.1/sessions", method="PATCH"))
    first = next(push for push in connected.received if push.path.startswith("/2.2.1/sessions"))
    assert (first.method, first.body["location_id"]) == ("PUT", "UTR-002")


async def test_a_cdr_that_failed_is_sent_again(cpo: Cpo, connected: TinyEmsp):
    connected.refuse = {"/2.2.1/cdrs"}
    await cpo.control("knobs", {"stop_after_kwh": 1})
    await connected.start(**GARAGE)
    await cpo.until_pushes("cdr.failed")
    connected.refuse = set()
    assert (await connected.cdr())["total_energy"] == 1
