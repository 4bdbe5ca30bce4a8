"""Two providers at one operator: each sees the stations, and of the charges only its own."""

from tests.sandbox.conftest import Cpo
from tests.sandbox.emsp import TinyEmsp

STREET = {"location_id": "UTR-001", "evse_uid": "UTR-001-1", "connector_id": "1"}
SINCE = "?date_from=2020-01-01T00:00:00Z"


async def test_a_charge_is_told_to_its_own_provider_only(cpo: Cpo, connected: TinyEmsp, other: TinyEmsp):
    await cpo.control("knobs", {"stop_after_kwh": 1})
    await connected.start(**STREET)
    await connected.cdr()
    await other.until(lambda: len(other.bodies("/2.2.1/locations")) == 2)

    assert {push.path.split("/")[2] for push in other.received} == {"locations"}
    for module in ("sessions", "cdrs"):
        mine = (await connected.call("GET", connected.endpoints[module] + SINCE)).json()["data"]
        theirs = (await other.call("GET", other.endpoints[module] + SINCE)).json()["data"]
        assert (len(mine), theirs) == (1, [])


async def test_nobody_stops_the_session_of_another_provider(connected: TinyEmsp, other: TinyEmsp):
    await connected.start(**STREET)
    await connected.until(lambda: connected.bodies("/2.2.1/sessions"))
    session_id = connected.bodies("/2.2.1/sessions")[0]["id"]
    assert (await other.command("STOP_SESSION", "r1", session_id=session_id))["data"]["result"] == "UNKNOWN_SESSION"
    assert (await connected.command("STOP_SESSION", "r2", session_id=session_id))["data"]["result"] == "ACCEPTED"


async def test_nobody_charges_with_the_token_of_another_provider(other: TinyEmsp):
    answer = await other.start(**STREET)
    assert answer["data"]["result"] == "REJECTED"
