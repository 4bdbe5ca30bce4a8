"""Limits of believable use at the reader, asked by an operator: the same the long way and by the short cut."""

from uuid import UUID

import pytest

from roamgrid.canonical.party import PartyId
from roamgrid.canonical.token import Allowed, TokenType
from roamgrid.core.tokens import alarms
from roamgrid.core.tokens import service as tokens
from roamgrid.core.tokens.blocking import block, refuse_driver
from roamgrid.core.tokens.verdict import Limit
from roamgrid.identity.drivers.models import Email
from roamgrid.identity.drivers.service import sign_up
from tests.conftest import Brands
from tests.ocpi.inbound import wire
from tests.ocpi.inbound.world import Partner, World

VOLTARA = PartyId("NL", "VLT")
CARD = "04A1B2C3"


@pytest.fixture
async def card(world: World, brands: Brands) -> str:
    """A card of both brands: whatever happens to Voltara's, Kilowind's is as before."""
    for ctx in (brands.voltara, brands.kilowind):
        async with world.database.work(ctx) as work:
            await tokens.add_rfid(work, UUID(int=7), CARD, VOLTARA, "Voltara")
    return CARD


@pytest.fixture(params=["long way", "short cut"])
async def asking(request: pytest.FixtureRequest, cpo: Partner) -> Partner:
    """An operator that was not heard of for a minute, or one that called just now."""
    if request.param == "short cut":
        await cpo.call("GET", "credentials")
    return cpo


async def allowed(partner: Partner, location: str | None = None, *evses: str, uid: str = CARD) -> str:
    body = {"location_id": location, "evse_uids": list(evses)} if location else None
    answer = await partner.call("POST", f"tokens/{uid}/authorize", body)
    assert (answer.status_code, answer.json()["status_code"]) == (200, 1000)
    data = answer.json()["data"]
    assert ("authorization_reference" in data) == (data["allowed"] == "ALLOWED")
    assert ("location" in data) == (data["allowed"] == "ALLOWED" and location is not None), "where nothing is allowed"
    return str(data["allowed"])


async def test_a_card_in_two_towns_at_once_is_blocked_and_staff_hear_of_it(
    world: World, brands: Brands, asking: Partner, other: Partner, card: str
):
    berlin = {"latitude": "52.520000", "longitude": "13.405000"}
    for partner in (asking, other):
        for place in (wire.location("UTRECHT"), wire.location("BERLIN", coordinates=berlin)):
            path = f"locations/{wire.OWNER}/{place['id']}"
            assert (await partner.call("PUT", path, place)).json()["status_code"] == 1000
    assert await allowed(asking, "UTRECHT", "E1") == "ALLOWED"
    await world.inbound.hot_paths.tries.flush()
    assert await allowed(asking, "BERLIN", "E1") == "BLOCKED"
    assert await allowed(asking, "UTRECHT", "E1") == "ALLOWED"
    assert await allowed(other, "BERLIN", "E1") == "ALLOWED"
    await world.inbound.hot_paths.tries.flush()
    assert "token.velocity_exceeded.v1" in await world.events(brands.voltara)
    assert "token.velocity_exceeded.v1" not in await world.events(brands.kilowind)
    async with world.database.work(brands.voltara) as work:
        (alarm,) = await alarms.latest(work)
    assert (alarm.limit, alarm.location_id, alarm.source) == (Limit.TRAVEL, "BERLIN", asking.id)


async def test_too_many_tries_are_not_allowed(world: World, asking: Partner, other: Partner, card: str):
    """The brand declares nothing, so twenty a minute; a batch that is written meanwhile may count twice for an instant."""
    answers = [await allowed(asking) for _ in range(30)]
    assert set(answers[:10]) == {"ALLOWED"}
    assert set(answers[-5:]) == {"NOT_ALLOWED"}
    assert await allowed(other) == "ALLOWED"
    assert await allowed(asking, uid="04:a1:b2:c3") == "NOT_ALLOWED", "another spelling is no other card"


async def test_sessions_elsewhere_are_counted(asking: Partner, other: Partner, card: str):
    for number in range(3):
        body = wire.session(f"S{number}", location_id=f"LOC{number}", cdr_token=wire.cdr_token(uid=CARD))
        assert (await asking.call("PUT", f"sessions/{wire.OWNER}/S{number}", body)).json()["status_code"] == 1000
    assert await allowed(asking, "LOC9", "E1") == "NOT_ALLOWED"
    assert await allowed(asking, "LOC1", "E1") == "ALLOWED", "the driver ends the session here"
    assert await allowed(other, "LOC9", "E1") == "ALLOWED"


async def test_why_a_token_is_refused_is_said_where_we_know(world: World, brands: Brands, asking: Partner, card: str):
    async with world.database.work(brands.voltara) as work:
        driver = (await sign_up(work, Email.of("anna@example.org"))).id
        await tokens.add_rfid(work, driver, "04CREDIT", VOLTARA, "Voltara")
        await refuse_driver(work, driver, Allowed.NO_CREDIT, "bills unpaid")
        await block(work, card, TokenType.RFID, "lost")
    assert await allowed(asking, uid="04CREDIT") == "NO_CREDIT"
    assert await allowed(asking) == "BLOCKED"


async def test_an_odd_body_is_answered_as_before(asking: Partner, card: str):
    for body, code in ((b'{"location_id": 7, "evse_uids": "E1"}', 1000), (b'{"location_id": ["L"]}', 2001), (b"[]", 2001)):
        answer = await asking.call("POST", f"tokens/{card}/authorize", body)
        assert answer.status_code == 200
        assert answer.json()["status_code"] == code
