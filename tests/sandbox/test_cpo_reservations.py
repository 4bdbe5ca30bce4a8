"""Reserving, cancelling, unlocking: the other three commands."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.sandbox.conftest import Cpo
from tests.sandbox.emsp import CARD, TOKEN, TinyEmsp
from tests.sandbox.serving import eventually

GARAGE = {"location_id": "UTR-002", "evse_uid": "UTR-002-1"}
STREET = {"location_id": "UTR-001", "evse_uid": "UTR-001-1"}


def later(**ahead: float) -> str:
    return (datetime.now(UTC) + timedelta(**ahead)).isoformat(timespec="milliseconds").replace("+00:00", "Z")


async def reserve(emsp: TinyEmsp, result_id: str, *, until: str, **changes: Any) -> Any:
    wanted = {"token": TOKEN, "reservation_id": "RES-1", "expiry_date": until, **GARAGE} | changes
    return await emsp.command("RESERVE_NOW", result_id, **wanted)


async def outcome(emsp: TinyEmsp, result_id: str) -> Any:
    """What the station said in the end."""
    await emsp.until(lambda: emsp.bodies(f"/results/{result_id}"))
    return emsp.bodies(f"/results/{result_id}")[-1]["result"]


async def reserved(emsp: TinyEmsp, **changes: Any) -> None:
    assert (await reserve(emsp, "r1", until=later(minutes=5), **changes))["data"]["result"] == "ACCEPTED"
    assert await outcome(emsp, "r1") == "ACCEPTED"


async def status(emsp: TinyEmsp) -> str:
    url = f"{emsp.endpoints['locations']}/UTR-002/UTR-002-1"
    return str((await emsp.call("GET", url)).json()["data"]["status"])


async def test_a_reserved_evse_waits_for_its_driver_only(cpo: Cpo, connected: TinyEmsp):
    await reserved(connected)
    assert await status(connected) == "RESERVED"

    await connected.command("START_SESSION", "stranger", token=TOKEN | {"uid": "APP-2"}, **GARAGE)
    assert await outcome(connected, "stranger") == "EVSE_OCCUPIED"
    await connected.command("START_SESSION", "driver", token=TOKEN, **GARAGE)
    assert await outcome(connected, "driver") == "ACCEPTED"
    assert (await cpo.state())["reservations"] == []


async def test_the_card_of_a_reservation_opens_the_evse_too(cpo: Cpo, connected: TinyEmsp):
    await reserved(connected, token=CARD)
    connection = (await cpo.state())["connections"][0]["id"]
    tapped = await cpo.post("rfid", GARAGE | {"connection": connection, "token_uid": CARD["uid"]})
    assert tapped.status_code == 200, tapped.text


async def test_a_reservation_ends_by_itself(connected: TinyEmsp):
    await reserve(connected, "r1", until=later(milliseconds=400))
    assert await outcome(connected, "r1") == "ACCEPTED"

    async def is_free() -> bool:
        return await status(connected) == "AVAILABLE"

    await eventually(is_free)


async def test_the_provider_cancels_a_reservation(connected: TinyEmsp):
    await reserved(connected)
    assert (await connected.command("CANCEL_RESERVATION", "c1", reservation_id="RES-1"))["data"]["result"] == "ACCEPTED"
    assert await outcome(connected, "c1") == "ACCEPTED"
    assert await status(connected) == "AVAILABLE"
    await connected.command("CANCEL_RESERVATION", "c2", reservation_id="RES-1")
    assert await outcome(connected, "c2") == "UNKNOWN_RESERVATION"


async def test_nobody_cancels_the_reservation_of_another_provider(connected: TinyEmsp, other: TinyEmsp):
    await reserved(connected)
    await other.command("CANCEL_RESERVATION", "c1", reservation_id="RES-1")
    assert await outcome(other, "c1") == "UNKNOWN_RESERVATION"
    assert await status(connected) == "RESERVED"


async def test_the_operator_takes_a_reservation_back_on_the_url_of_the_command(cpo: Cpo, connected: TinyEmsp):
    await reserved(connected)
    await cpo.control("reservations/RES-1/cancel")
    assert [body["result"] for body in connected.bodies("/results/r1")] == ["ACCEPTED", "CANCELED_RESERVATION"]


async def test_the_same_reservation_again_moves_its_evse(connected: TinyEmsp):
    await reserved(connected)
    await reserve(connected, "r2", until=later(minutes=5), evse_uid="UTR-002-2")
    assert await outcome(connected, "r2") == "ACCEPTED"
    assert await status(connected) == "AVAILABLE"


async def test_a_reservation_in_the_past_is_refused(connected: TinyEmsp):
    answer = await reserve(connected, "r1", until="2020-01-01T00:00:00Z")
    assert (answer["status_code"], "expiry_date" in answer["status_message"]) == (2001, True)


async def test_what_an_evse_cannot_do_is_not_supported(connected: TinyEmsp):
    answer = await reserve(connected, "r1", until=later(minutes=5), **STREET)
    assert answer["data"]["result"] == "NOT_SUPPORTED"
    unlock = await connected.command("UNLOCK_CONNECTOR", "u1", connector_id="1", **STREET)
    assert unlock["data"]["result"] == "NOT_SUPPORTED"


@pytest.mark.parametrize(("connector", "result"), [("1", "ACCEPTED"), ("9", "REJECTED")])
async def test_unlocking(connected: TinyEmsp, connector: str, result: str):
    answer = await connected.command("UNLOCK_CONNECTOR", "u1", connector_id=connector, **GARAGE)
    assert answer["data"]["result"] == result
    if result == "ACCEPTED":
        assert await outcome(connected, "u1") == "ACCEPTED"
