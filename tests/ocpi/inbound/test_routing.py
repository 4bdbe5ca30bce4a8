"""Routing headers: who asks whom where several parties share a connection, and operators behind a hub."""

from uuid import UUID

import pytest

from roamgrid.canonical.party import PartyId, Role
from roamgrid.core.tokens import service as tokens
from tests.conftest import Brands
from tests.ocpi.inbound import wire
from tests.ocpi.inbound.world import GREENFIELD, Partner, World

VOLTARA = PartyId("NL", "VLT")
HUB = PartyId("NL", "HUB")
BEHIND = PartyId("DE", "ABC")


def routing(sender: PartyId | None = None, receiver: PartyId | None = None) -> dict[str, str]:
    headers: dict[str, str] = {}
    for way, party in (("from", sender), ("to", receiver)):
        if party is not None:
            headers |= {f"OCPI_{way}_country_code": party.country_code, f"OCPI_{way}_party_id": party.party_id}
    return headers


async def push(partner: Partner, **headers: str) -> tuple[int, int]:
    answer = await partner.call("PUT", f"sessions/{wire.OWNER}/S1", wire.session(), **headers)
    return answer.status_code, answer.json()["status_code"]


async def test_a_call_between_the_two_parties_is_taken_with_and_without_headers(cpo: Partner):
    for headers in ({}, routing(GREENFIELD, VOLTARA), routing(PartyId("nl", "grf"), PartyId("nl", "vlt")), routing(GREENFIELD)):
        for _ in ("the long way", "the short cut"):
            assert await push(cpo, **headers) == (200, 1000)


async def test_a_sender_that_is_somebody_else_is_refused_and_named(world: World, brands: Brands, cpo: Partner):
    await push(cpo)
    for _ in range(2):
        answer = await cpo.call("PUT", f"sessions/{wire.OWNER}/S1", wire.session(kwh=9), **routing(BEHIND, VOLTARA))
        assert (answer.status_code, answer.json()["status_code"]) == (200, 2001)
        assert answer.json()["status_message"] == "OCPI-from-party-id: DE*ABC is not one of your roles"
    rows = await world.rows(brands.voltara, "select kwh::text from session")
    assert [row["kwh"] for row in rows] == ["1.5"]


async def test_a_receiver_that_is_none_of_ours_is_404(cpo: Partner):
    await push(cpo)
    for receiver in (PartyId("NL", "KLW"), BEHIND):
        assert await push(cpo, **routing(GREENFIELD, receiver)) == (404, 2001)
        answer = await cpo.call("POST", "tokens/04A1/authorize", **routing(GREENFIELD, receiver))
        assert (answer.status_code, answer.json()["status_code"]) == (404, 2001)


async def test_half_of_a_pair_names_nobody(cpo: Partner):
    assert await push(cpo, OCPI_from_party_id="XYZ") == (200, 1000)


async def test_an_open_question_is_answered_from_the_party_that_answers(world: World, brands: Brands, cpo: Partner):
    async with world.database.work(brands.voltara) as work:
        await tokens.add_rfid(work, UUID(int=7), "04A1B2C3", VOLTARA, "Voltara")
    for _ in ("the long way", "the short cut"):
        answer = await cpo.call("POST", "tokens/04A1B2C3/authorize", **routing(GREENFIELD))
        assert answer.json()["data"]["allowed"] == "ALLOWED"
        assert (answer.headers["ocpi-to-country-code"], answer.headers["ocpi-to-party-id"]) == ("NL", "GRF")
        assert (answer.headers["ocpi-from-country-code"], answer.headers["ocpi-from-party-id"]) == ("NL", "VLT")


async def test_who_sends_no_headers_gets_none(cpo: Partner):
    for path in ("tokens", "credentials"):
        answer = await cpo.call("GET", path)
        assert [name for name in answer.headers if name.startswith("ocpi-")] == []


async def test_a_version_without_routing_takes_whatever_stands_there(world: World, brands: Brands):
    old = await world.partner(brands.voltara, version="2.1.1")
    answer = await old.call("PUT", f"sessions/{wire.OWNER}/S1", wire.session(version="2.1.1"), **routing(BEHIND, BEHIND))
    assert answer.json()["status_code"] == 1000


@pytest.mark.parametrize("version", ["2.2.1", "2.3.0"])
async def test_a_hub_brings_what_operators_behind_it_own(world: World, brands: Brands, version: str):
    hub = await world.partner(brands.voltara, "The Hub", HUB, version=version, role=Role.HUB)
    owned = {"country_code": "DE", "party_id": "ABC"}
    location = wire.in_version("location", wire.location(**owned), version)
    pushed = await hub.call("PUT", "locations/DE/ABC/LOC1", location, **routing(HUB, VOLTARA))
    assert pushed.json()["status_code"] == 1000
    for _ in ("the long way", "the short cut"):
        session = wire.session(version=version, **owned)
        answer = await hub.call("PUT", "sessions/DE/ABC/S1", session, **routing(BEHIND, VOLTARA))
        assert answer.json()["status_code"] == 1000
        assert (answer.headers["ocpi-to-party-id"], answer.headers["ocpi-from-party-id"]) == ("ABC", "VLT")
    cdr = wire.in_version("cdr", wire.cdr(**owned), version)
    assert (await hub.call("POST", "cdrs", cdr, **routing(HUB, VOLTARA))).status_code == 201
    rows = await world.rows(brands.voltara, "select source_id, country_code || party_id as party, role from party")
    assert [tuple(row.values()) for row in rows] == [(hub.id, "DEABC", "CPO")]
    assert await world.rows(brands.kilowind, "select 1 from party") == []


async def test_a_hub_session_is_first_seen_on_the_short_cut(world: World, brands: Brands):
    hub = await world.partner(brands.voltara, "The Hub", HUB, role=Role.HUB)
    await hub.call("GET", "tokens")
    owned = {"country_code": "DE", "party_id": "ABC"}
    assert (await hub.call("PUT", "sessions/DE/ABC/S1", wire.session(**owned))).json()["status_code"] == 1000
    rows = await world.rows(brands.voltara, "select party_id, role, name from party")
    assert [tuple(row.values()) for row in rows] == [("ABC", "CPO", "DE*ABC")]


@pytest.mark.parametrize("party", ["NLD/ABC", "D/ABC", "DE/ABCD", "%00%00/ABC"])
async def test_what_is_no_party_is_not_remembered_of_a_hub_either(world: World, brands: Brands, party: str):
    hub = await world.partner(brands.voltara, "The Hub", HUB, role=Role.HUB)
    answer = await hub.call("PUT", f"sessions/{party}/S1", wire.session())
    assert (answer.status_code, answer.json()["status_code"]) == (404, 2000)
    assert await world.rows(brands.voltara, "select 1 from party") == []
