"""Pushes of our own network: to whom, in whose version, and never to a stranger."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from roamgrid.bus.events import Event, publish
from roamgrid.canonical.party import PartyId, Role
from roamgrid.core.operator import service as operator_core
from roamgrid.core.operator.addressees import Nobody
from roamgrid.ocpi.connections.model import AsRole
from roamgrid.ocpi.outbound.operator import telling
from roamgrid.ocpi.versions import SPEECHES
from tests.ocpi import objects
from tests.ocpi.inbound.wire import in_version
from tests.ocpi.operator.conftest import ROAMER, STRANGER, VOLTARA
from tests.ocpi.operator.roaming import Roaming, open_roaming, told
from tests.ocpi.operator.test_tokens import token
from tests.ocpi.outbound.partner import Answering, FakePartner, refusal, running_partner

VERSIONS = tuple(SPEECHES)
OURS = {"country_code": "NL", "party_id": "VLT"}
ROAMERS = {"country_code": "BE", "party_id": "RMR", "uid": "04A2B3", "type": "RFID", "contract_id": "BE-RMR-C00000001-9"}
HUB = PartyId("NL", "HUB")


@pytest.fixture
async def roaming(operator) -> AsyncIterator[Roaming]:
    async with open_roaming(operator) as opened:
        yield opened


@pytest.fixture
async def roamer() -> AsyncIterator[FakePartner]:
    async with running_partner() as partner:
        yield partner


@pytest.fixture
async def other() -> AsyncIterator[FakePartner]:
    async with running_partner() as partner:
        yield partner


def charge(**changes):
    return objects.session(**OURS, cdr_token=ROAMERS, **changes)


def record(**changes):
    return objects.cdr(**OURS, cdr_token=ROAMERS, tariffs=[objects.tariff(**OURS)], **changes)


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_station_of_ours_reaches_every_partner_in_its_version(roaming, roamer, version):
    await roaming.provider(roamer, version)
    back_end = await roaming.operator.back_end()
    await back_end.call("PUT", "locations/NL/VLT/LOC1", objects.location(**OURS))
    await roaming.happen()
    (asked,) = told(roamer)
    assert (asked.path, asked.body["id"], asked.body["evses"][0]["uid"]) == ("/locations/NL/VLT/LOC1", "LOC1", "E1")
    assert ("country_code" in asked.body) is (version != "2.1.1")
    assert asked.headers.get("ocpi-to-party-id") == (None if version == "2.1.1" else "RMR")


@pytest.mark.parametrize("version", ["2.2.1", "2.3.0"])
async def test_a_station_told_in_2_1_1_is_pushed_in_later_versions(roaming, roamer, version):
    await roaming.provider(roamer, version)
    back_end = await roaming.operator.back_end("2.1.1")
    await back_end.call("PUT", "locations/NL/VLT/LOC1", in_version("location", objects.location(**OURS), "2.1.1"))
    await roaming.happen()
    (asked,) = told(roamer)
    assert (asked.body["country_code"], asked.body["party_id"], asked.body["publish"]) == ("NL", "VLT", True)
    assert asked.body["evses"][0]["connectors"][0]["tariff_ids"] == ["T1"]


async def test_the_status_of_a_charging_point_is_pushed_and_its_newest_only(roaming, roamer):
    await roaming.provider(roamer)
    back_end = await roaming.operator.back_end()
    await back_end.call("PUT", "locations/NL/VLT/LOC1", objects.location(**OURS))
    for minute, status in ((5, "CHARGING"), (6, "AVAILABLE"), (7, "BLOCKED")):
        patch = {"status": status, "last_updated": f"2026-06-01T12:0{minute}:00Z"}
        assert (await back_end.call("PATCH", "locations/NL/VLT/LOC1/E1", patch)).json()["status_code"] == 1000
    await roaming.happen()
    (asked,) = told(roamer)
    assert (asked.body["evses"][0]["status"], asked.body["last_updated"]) == ("BLOCKED", "2026-06-01T12:07:00Z")


async def test_whoever_is_no_partner_of_the_operator_is_told_nothing(roaming, roamer, other):
    """A partner without such an endpoint, an operator to whom we are a provider, and the back end itself."""
    await roaming.provider(roamer, modules=("cdrs",))
    greenfield = await roaming.operator.world.partner(roaming.operator.ctx, as_role=AsRole.EMSP)
    await greenfield.call("PUT", "locations/NL/GRF/LOC9", objects.location(id="LOC9"))
    await roaming.provider(other)
    back_end = await roaming.operator.back_end()
    await back_end.call("PUT", "locations/NL/VLT/LOC1", objects.location(**OURS))
    await roaming.happen()
    assert [asked.path for asked in other.asked] == ["/locations/NL/VLT/LOC1"], "not Greenfield's"
    assert roamer.asked == []


async def test_who_faces_us_as_a_provider_only_is_told_nothing_though_it_takes_such_things(roaming, roamer):
    await roaming.provider(roamer)
    async with roaming.operator.world.database.work(roaming.operator.ctx) as work:
        await work.conn.execute("update ocpi_connection set as_role = 'EMSP'")
    back_end = await roaming.operator.back_end()
    await back_end.call("PUT", "locations/NL/VLT/LOC1", objects.location(**OURS))
    await back_end.call("PUT", "tariffs/NL/VLT/T1", objects.tariff(**OURS))
    await back_end.call("PUT", "sessions/NL/VLT/S1", charge())
    await roaming.happen()
    assert roamer.asked == []


async def test_a_back_end_that_takes_stations_too_is_not_told_its_own(roaming, roamer):
    """It speaks for both sides, and so do we."""
    back_end = await roaming.provider(roamer, party=VOLTARA, role=Role.CPO)
    async with roaming.operator.world.database.work(roaming.operator.ctx) as work:
        await work.conn.execute("update ocpi_connection set as_role = 'BOTH'")
    assert (await back_end.call("PUT", "locations/NL/VLT/LOC1", objects.location(**OURS))).status_code == 201
    await pulled(roaming, back_end, "locations", datetime.now(UTC) - timedelta(minutes=1))
    await roaming.happen()
    assert roamer.asked == []


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_tariff_is_put_and_deleted_when_it_is_withdrawn(roaming, roamer, version):
    await roaming.provider(roamer, version)
    back_end = await roaming.operator.back_end()
    await back_end.call("PUT", "tariffs/NL/VLT/T1", objects.tariff(**OURS))
    await roaming.happen()
    await back_end.call("DELETE", "tariffs/NL/VLT/T1")
    await roaming.happen()
    assert [(asked.method, asked.path) for asked in roamer.asked] == [
        ("PUT", "/tariffs/NL/VLT/T1"),
        ("DELETE", "/tariffs/NL/VLT/T1"),
    ]
    assert roamer.asked[0].body.get("tax_included") == ("NO" if version == "2.3.0" else None)


async def test_what_a_version_cannot_say_of_a_tariff_is_named(roaming, roamer):
    """Prices with tax in them are no prices of 2.1.1 and 2.2.1: the tariff is not told, and that is counted."""
    await roaming.provider(roamer, "2.2.1")
    back_end = await roaming.operator.back_end("2.3.0")
    elements = [{"price_components": [{"type": "ENERGY", "price": 0.48, "step_size": 1}]}]
    tariff = objects.tariff(**OURS, tax_included="YES", elements=elements)
    assert (await back_end.call("PUT", "tariffs/NL/VLT/T1", tariff)).status_code == 201
    await roaming.happen()
    lost = await roaming.rows("select code, field, example from ocpi_deviation where module = 'tariffs'")
    assert ("NOT_SAYABLE" in {row["code"] for row in lost}, roamer.asked) == (True, [])


async def test_over_a_hub_stations_are_a_broadcast_and_tariffs_are_left_to_its_pull(roaming, roamer):
    await roaming.provider(roamer, party=HUB, role=Role.HUB)
    back_end = await roaming.operator.back_end()
    await back_end.call("PUT", "locations/NL/VLT/LOC1", objects.location(**OURS))
    await back_end.call("PUT", "tariffs/NL/VLT/T1", objects.tariff(**OURS))
    await roaming.happen()
    (asked,) = roamer.asked
    assert asked.path == "/locations/NL/VLT/LOC1"
    assert (asked.headers["ocpi-to-party-id"], asked.headers["ocpi-from-party-id"]) == ("HUB", "VLT")


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_charge_is_told_to_its_partner_and_to_nobody_else(roaming, roamer, other, version):
    provider = await roaming.provider(roamer, version)
    stranger = await roaming.provider(other, version, STRANGER)
    await provider.call("PUT", "cpo/tokens/BE/RMR/04A2B3", token(version))
    back_end = await roaming.operator.back_end()
    for kwh, minute in ((1, 1), (2, 2)):
        body = charge(kwh=kwh, last_updated=f"2026-06-01T12:1{minute}:00Z")
        assert (await back_end.call("PUT", "sessions/NL/VLT/S1", body)).json()["status_code"] == 1000
    await roaming.happen()
    (asked,) = told(roamer)
    assert (asked.path, asked.body["kwh"], other.asked) == ("/sessions/NL/VLT/S1", 2, [])
    since = "?date_from=2020-01-01T00:00:00Z"
    assert [item["id"] for item in (await provider.call("GET", f"cpo/sessions{since}")).json()["data"]] == ["S1"]
    assert (await stranger.call("GET", f"cpo/sessions{since}")).json()["data"] == []


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_record_is_posted_once_and_its_place_is_kept(roaming, roamer, version):
    roamer.script["/cdrs"] = [
        Answering(500),
        Answering(body={"status_code": 1000, "timestamp": "2026-06-01T12:00:00Z"}, headers={"Location": "/cdrs/77"}),
    ]
    await roaming.provider(roamer, version)
    back_end = await roaming.operator.back_end()
    assert (await back_end.call("POST", "cdrs", record())).json()["status_code"] == 1000
    await roaming.happen()
    assert (await roaming.rows("select their_url from charge_addressee"))[0]["their_url"] is None
    async with roaming.operator.world.database.work(roaming.operator.ctx) as work:
        await work.conn.execute("update ocpi_push set next_at = now()")
    await roaming.happen()
    assert [(asked.method, asked.path, asked.body["id"]) for asked in roamer.asked] == [("POST", "/cdrs", "CDR1")] * 2
    (kept,) = await roaming.rows("select their_url, told_at is not null as told from charge_addressee")
    assert kept == {"their_url": f"{roamer.url}/cdrs/77", "told": True}
    assert (await back_end.call("POST", "cdrs", record())).json()["status_code"] == 1000
    await roaming.happen()
    assert len(roamer.asked) == 2, "the same again is no news"


async def test_a_record_that_a_partner_refuses_is_counted(roaming, roamer):
    roamer.script["/cdrs"] = [refusal(2001, "total_cost is too high")]
    await roaming.provider(roamer)
    await (await roaming.operator.back_end()).call("POST", "cdrs", record())
    await roaming.happen()
    (found,) = await roaming.rows("select code, example from ocpi_deviation where module = 'cdrs' and code = 'REFUSED'")
    assert "total_cost is too high" in found["example"]
    assert await roaming.rows("select told_at from charge_addressee") == [{"told_at": None}]


async def test_over_a_hub_a_charge_is_for_its_party_and_no_broadcast(roaming, roamer):
    hub = await roaming.provider(roamer, party=HUB, role=Role.HUB)
    answer = await hub.call("PUT", "cpo/tokens/BE/RMR/04A2B3", token())
    assert answer.status_code == 201, answer.text
    await (await roaming.operator.back_end()).call("PUT", "sessions/NL/VLT/S1", charge())
    await roaming.happen()
    (asked,) = told(roamer)
    assert (asked.headers["ocpi-to-country-code"], asked.headers["ocpi-to-party-id"]) == ("BE", "RMR")


async def test_a_charge_without_a_partner_waits_visibly_and_is_told_when_the_token_comes(roaming, roamer, brands):
    """A back end in 2.1.1 names the contract alone."""
    provider = await roaming.provider(roamer)
    back_end = await roaming.operator.back_end("2.1.1")
    body = in_version("session", charge(), "2.1.1")
    assert (await back_end.call("PUT", "sessions/NL/VLT/S1", body)).json()["status_code"] == 1000
    await roaming.happen()
    ctx, database = roaming.operator.ctx, roaming.operator.world.database
    async with database.work(ctx) as work:
        (waiting,) = await operator_core.unaddressed(work)
    assert (waiting.reason, waiting.issuer, roamer.asked) == (Nobody.UNKNOWN_TOKEN, None, [])
    assert await roaming.telling.try_again(database, ctx) == 0, "not before something is new"
    async with database.work(brands.kilowind) as work:
        assert await operator_core.unaddressed(work) == []
    await provider.call("PUT", "cpo/tokens/BE/RMR/04A2B3", token())
    assert await roaming.telling.try_again(database, ctx) == 1
    await roaming.happen()
    (asked,) = told(roamer)
    named = {name: asked.body["cdr_token"][name] for name in ROAMERS}
    assert (asked.path, named) == ("/sessions/NL/VLT/S1", ROAMERS), "as its issuer told it, which says more than the back end"
    since = "?date_from=2020-01-01T00:00:00Z"
    (listed,) = (await provider.call("GET", f"cpo/sessions{since}")).json()["data"]
    assert listed == asked.body
    async with database.work(ctx) as work:
        assert await operator_core.unaddressed(work) == []


async def test_a_contract_that_two_parties_claim_is_told_to_neither(roaming, roamer, other):
    provider, stranger = await roaming.provider(roamer), await roaming.provider(other, party=STRANGER)
    await provider.call("PUT", "cpo/tokens/BE/RMR/04A2B3", token())
    claimed = token(country_code="FR", party_id="STR", uid="FFFF")
    assert (await stranger.call("PUT", "cpo/tokens/FR/STR/FFFF", claimed)).status_code == 201
    back_end = await roaming.operator.back_end("2.1.1")
    await back_end.call("PUT", "sessions/NL/VLT/S1", in_version("session", charge(), "2.1.1"))
    await roaming.happen()
    async with roaming.operator.world.database.work(roaming.operator.ctx) as work:
        assert [one.reason for one in await operator_core.unaddressed(work)] == [Nobody.AMBIGUOUS]
    assert (roamer.asked, other.asked) == ([], [])


async def test_a_strangers_token_with_the_same_uid_does_not_show_it_the_charge(roaming, roamer, other):
    await roaming.provider(roamer)
    stranger = await roaming.provider(other, party=STRANGER)
    await stranger.call("PUT", "cpo/tokens/FR/STR/04A2B3", token(country_code="FR", party_id="STR"))
    await (await roaming.operator.back_end()).call("PUT", "sessions/NL/VLT/S1", charge())
    await roaming.happen()
    assert ([asked.path for asked in roamer.asked], other.asked) == (["/sessions/NL/VLT/S1"], [])


async def test_our_own_drivers_at_our_own_stations_are_nobodys_business(roaming, roamer):
    await roaming.provider(roamer)
    ours = ROAMERS | {"country_code": "NL", "party_id": "VLT"}
    await (await roaming.operator.back_end()).call("PUT", "sessions/NL/VLT/S1", objects.session(**OURS, cdr_token=ours))
    await roaming.happen()
    async with roaming.operator.world.database.work(roaming.operator.ctx) as work:
        assert (await operator_core.unaddressed(work), roamer.asked) == ([], [])


async def test_a_hub_that_repeats_our_stations_does_not_make_them_its_own(roaming, roamer):
    hub = await roaming.operator.provider(party=HUB, role=Role.HUB, as_role=AsRole.BOTH)
    forged = objects.location(**OURS, id="LOC7", name="Forged")
    assert (await hub.call("PUT", "locations/NL/VLT/LOC7", forged)).status_code == 201
    provider = await roaming.provider(roamer)
    await roaming.happen()
    assert roamer.asked == []
    assert (await provider.call("GET", "cpo/locations")).json()["data"] == []


async def pulled(roaming, back_end, module, since):
    async with roaming.operator.world.database.work(roaming.operator.ctx) as work:
        payload = {"source": str(back_end.id), "module": module}
        version = int(since.timestamp() * 1000)
        await publish(work, Event("feed.pulled.v1", f"feed:{back_end.id}:{module}", version, payload))


@pytest.mark.parametrize("few", [200, 1])
async def test_what_a_pull_of_the_back_end_changed_is_pushed_however_much_it_is(roaming, roamer, few, monkeypatch):
    monkeypatch.setattr(telling, "_NAMED_ONE_BY_ONE", few)
    began = datetime.now(UTC)
    back_end = await roaming.operator.back_end()
    for number in (1, 2, 3):
        await back_end.call("PUT", f"locations/NL/VLT/LOC{number}", objects.location(**OURS, id=f"LOC{number}"))
    async with roaming.operator.world.database.platform() as conn:
        await conn.execute("delete from platform.outbox")
    await roaming.provider(roamer)
    await pulled(roaming, back_end, "locations", began)
    await roaming.happen()
    await roaming.pusher.make_up(roaming.operator.ctx)
    await roaming.happen()
    assert sorted(asked.path for asked in roamer.asked) == [f"/locations/NL/VLT/LOC{number}" for number in (1, 2, 3)]
    assert await roaming.pusher.make_up(roaming.operator.ctx) == 0


async def test_a_station_that_vanished_is_told_with_every_point_removed(roaming, roamer):
    back_end = await roaming.operator.back_end()
    await back_end.call("PUT", "locations/NL/VLT/LOC1", objects.location(**OURS))
    await roaming.happen()
    await roaming.provider(roamer)
    async with roaming.operator.world.database.work(roaming.operator.ctx) as work:
        await work.conn.execute("update location set removed_at = now()")
    await pulled(roaming, back_end, "locations", datetime.now(UTC) - timedelta(minutes=1))
    await roaming.happen()
    (asked,) = roamer.asked
    assert {evse["status"] for evse in asked.body["evses"]} == {"REMOVED"}
    assert asked.body["last_updated"] > "2026-06-01T12:00:00Z"


@pytest.mark.isolation
async def test_the_other_brands_partners_hear_nothing(roaming, roamer, other, brands):
    await roaming.provider(roamer)
    kilowinds = await roaming.operator.world.partner(brands.kilowind, "Roamer", ROAMER, role=Role.EMSP, as_role=AsRole.CPO)
    await (await roaming.operator.back_end()).call("PUT", "sessions/NL/VLT/S1", charge())
    await roaming.happen()
    assert len(roamer.asked) == 1
    async with roaming.operator.world.database.work(brands.kilowind) as work:
        rows = await (await work.conn.execute("select * from ocpi_push, charge_addressee")).fetchall()
    assert (rows, isinstance(kilowinds.id, UUID), other.asked) == ([], True, [])
