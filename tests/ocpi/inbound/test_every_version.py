"""The modules of a service provider hold in every version: what is put is stored, said to be strict or not, and read again."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from roamgrid.canonical.party import PartyId
from roamgrid.core.tokens import service as tokens
from roamgrid.kernel import json
from roamgrid.ocpi.connections.store import PartnerSide
from roamgrid.ocpi.versions import SPEECHES
from tests.conftest import Brands
from tests.ocpi.inbound import wire
from tests.ocpi.inbound.world import GREENFIELD, Partner, World

TABLES = {"locations": "location", "tariffs": "tariff_version", "sessions": "session"}
_DRIVER = UUID(int=7)
BROKEN: dict[str, dict[str, Any]] = {
    "locations": {"coordinates": "somewhere"},
    "tariffs": {"elements": "free"},
    "sessions": {"last_updated": ["never"]},
}
LATER = "2026-06-01T18:00:00Z"


@pytest.fixture(params=SPEECHES)
async def cpo(request: pytest.FixtureRequest, world: World, brands: Brands) -> Partner:
    """An operator of each version."""
    return await world.partner(brands.voltara, version=request.param)


def code(answer: Any) -> tuple[int, int]:
    return answer.status_code, answer.json()["status_code"]


@pytest.mark.parametrize("module", TABLES)
async def test_a_push_is_stored_with_its_version_and_the_outcome_of_validation(
    world: World, brands: Brands, cpo: Partner, module: str
):
    path, body = wire.pushes(cpo.version)[module]
    assert (await cpo.call("PUT", path, body)).json()["status_code"] == 1000
    rows = await world.rows(brands.voltara, f"select validation, ocpi_version from {TABLES[module]}")
    assert [tuple(row.values()) for row in rows] == [("strict", cpo.version)]
    assert (await cpo.call("GET", path)).json()["data"] == body
    odd = {**body, "surprise": 7, "last_updated": LATER}
    assert (await cpo.call("PUT", path, odd)).json()["status_code"] == 1000
    rows = await world.rows(brands.voltara, f"select validation from {TABLES[module]} order by last_updated desc limit 1")
    known = cpo.version == "2.3.0"  # where unknown fields must be taken, one is no deviation
    assert rows[0]["validation"] in (("strict", "deviating") if known else ("deviating",))
    assert await world.rows(brands.kilowind, f"select 1 from {TABLES[module]}") == []


@pytest.mark.parametrize("module", TABLES)
async def test_what_is_refused_is_kept_as_refused(world: World, brands: Brands, cpo: Partner, module: str):
    path, body = wire.pushes(cpo.version)[module]
    answer = await cpo.call("PUT", path, {**body, **BROKEN[module]})
    assert code(answer) == (200, 2001)
    kept = await world.rows(brands.voltara, "select module, outcome, ocpi_version from ocpi_inbound")
    assert [tuple(row.values()) for row in kept] == [(module, "refused", cpo.version)]
    assert await world.rows(brands.voltara, f"select 1 from {TABLES[module]}") == []


@pytest.mark.parametrize("module", TABLES)
async def test_replayed_and_reordered_pushes_leave_the_newest_once(world: World, brands: Brands, cpo: Partner, module: str):
    path, body = wire.pushes(cpo.version)[module]
    newest = {**body, "last_updated": LATER}
    for pushed in (newest, body, newest, body):
        assert (await cpo.call("PUT", path, pushed)).json()["status_code"] == 1000
    rows = await world.rows(brands.voltara, f"select last_updated::text from {TABLES[module]}")
    assert [row["last_updated"][:13] for row in rows] == ["2026-06-01 18"]


async def test_a_patch_must_be_dated_where_the_version_says_so(cpo: Partner):
    for module in ("locations", "sessions"):
        path, body = wire.pushes(cpo.version)[module]
        await cpo.call("PUT", path, body)
    for path, patch in (
        (f"locations/{wire.OWNER}/LOC1", {"name": "Renamed"}),
        (f"locations/{wire.OWNER}/LOC1/E1", {"status": "CHARGING"}),
        (f"sessions/{wire.OWNER}/S1", {"kwh": 3.5}),
    ):
        expected = (200, 1000) if cpo.version == "2.1.1" else (200, 2001)
        assert code(await cpo.call("PATCH", path, patch)) == expected, path
        assert code(await cpo.call("PATCH", path, {**patch, "last_updated": LATER})) == (200, 1000), path
        assert code(await cpo.call("PATCH", path, {**patch, "last_updated": "soon"})) == (200, 2001), path
        held = (await cpo.call("GET", path)).json()["data"]
        assert {name: held[name] for name in patch} == patch


async def test_a_patch_cannot_clear_what_the_version_requires(cpo: Partner):
    for module, member in (("locations", "city"), ("sessions", "currency")):
        path, body = wire.pushes(cpo.version)[module]
        await cpo.call("PUT", path, body)
        answer = await cpo.call("PATCH", path, {member: None, "last_updated": LATER})
        assert (code(answer), answer.json()["status_message"]) == (
            (200, 2001),
            f"/{member}: is required and cannot be cleared",
        )
    plug = f"locations/{wire.OWNER}/LOC1/E1/1"
    member = "voltage" if cpo.version == "2.1.1" else "max_voltage"
    assert code(await cpo.call("PATCH", plug, {member: None, "last_updated": LATER})) == (200, 2001)


async def test_a_tariff_is_patched_in_the_version_that_has_it(world: World, brands: Brands, cpo: Partner):
    path, body = wire.pushes(cpo.version)["tariffs"]
    await cpo.call("PUT", path, body)
    answer = await cpo.call("PATCH", path, {"currency": "GBP", "last_updated": LATER})
    rows = await world.rows(brands.voltara, "select canonical::json ->> 'currency' as currency from tariff_version")
    if cpo.version == "2.1.1":
        assert code(answer) == (200, 1000)
        assert sorted(row["currency"] for row in rows) == ["EUR", "GBP"], "the version that was offered stays"
    else:
        assert code(answer) == (405, 2000)
        assert [row["currency"] for row in rows] == ["EUR"]


async def test_a_cdr_is_posted_once_at_either_address(world: World, brands: Brands, cpo: Partner):
    body = wire.in_version("cdr", wire.cdr(), cpo.version)
    first = await cpo.call("POST", "cdrs", body)
    assert code(first) == (201, 1000)
    assert f"/{cpo.version}/cdrs/" in first.headers["location"]
    again = await cpo.call("POST", f"cdrs/{wire.OWNER}", body)
    assert (code(again), again.headers["location"]) == ((200, 1000), first.headers["location"])
    rows = await world.rows(brands.voltara, "select validation, ocpi_version, total_net::text from cdr")
    assert [tuple(row.values()) for row in rows] == [("strict", cpo.version, "4.52")]
    fetched = await world.http.get(first.headers["location"], headers={"Authorization": f"Token {cpo.token}"})
    assert fetched.json()["data"] == body


@pytest.mark.parametrize("heard_of", [False, True], ids=["long way", "short cut"])
async def test_a_card_is_authorized(world: World, brands: Brands, cpo: Partner, heard_of: bool):
    async with world.database.work(brands.voltara) as work:
        await tokens.add_rfid(work, _DRIVER, "04A1B2C3", PartyId("NL", "VLT"), "Voltara")
    if heard_of:
        await cpo.call("GET", "credentials")
    known = await cpo.call("POST", "tokens/04A1B2C3/authorize", {"location_id": "LOC1", "evse_uids": ["E1"]})
    assert (code(known), known.json()["data"]["allowed"]) == ((200, 1000), "ALLOWED")
    old = cpo.version == "2.1.1"
    assert ("token" in known.json()["data"], "authorization_reference" in known.json()["data"]) == (not old, not old)
    unknown = await cpo.call("POST", "tokens/DEADBEEF/authorize")
    assert code(unknown) == (404, 2000 if old else 2004)


async def test_the_list_of_tokens_links_within_its_version(world: World, brands: Brands, cpo: Partner):
    async with world.database.work(brands.voltara) as work:
        for uid in ("04A1", "04A2"):
            await tokens.add_rfid(work, _DRIVER, uid, PartyId("NL", "VLT"), "Voltara")
    answer = await cpo.call("GET", "tokens?limit=1")
    assert [token["uid"] for token in answer.json()["data"]] == ["04A1"]
    assert f"/ocpi/voltara/{cpo.version}/tokens?" in answer.headers["link"]


async def test_the_result_of_an_unknown_command_is_404(cpo: Partner):
    answer = await cpo.call("POST", "commands/START_SESSION/00000000-0000-7000-8000-000000000001", {"result": "ACCEPTED"})
    assert code(answer) == (404, 2000)


MOVES = [("2.1.1", "2.2.1"), ("2.2.1", "2.3.0"), ("2.3.0", "2.1.1")]


@pytest.mark.parametrize(("old", "new"), MOVES)
async def test_after_a_move_what_was_told_before_is_read_and_changed_in_the_new_version(
    world: World, brands: Brands, old: str, new: str
):
    before = await world.partner(brands.voltara, version=old)
    for path, body in wire.pushes(old).values():
        assert (await before.call("PUT", path, body)).json()["status_code"] == 1000
    cdr = await before.call("POST", "cdrs", wire.in_version("cdr", wire.cdr(), old))
    await _move(world, brands, before, new)
    after = replace(before, version=new)
    read = {name: (await after.call("GET", path)).json() for name, (path, _) in wire.pushes(old).items()}
    assert {name: answer["status_code"] for name, answer in read.items()} == dict.fromkeys(read, 1000)
    assert ("country_code" in read["sessions"]["data"]) is (new != "2.1.1")
    change = {"kwh": 9.25, "last_updated": LATER}
    assert code(await after.call("PATCH", f"sessions/{wire.OWNER}/S1", change)) == (200, 1000)
    rows = await world.rows(brands.voltara, "select kwh::text, ocpi_version from session")
    assert [tuple(row.values()) for row in rows] == [("9.25", new)]
    again = await after.call("POST", "cdrs", wire.in_version("cdr", wire.cdr(), new))
    assert code(again) == (200, 1000), "the same charge in other words is no second CDR and no conflict"
    assert again.headers["location"].rpartition("/")[2] == cdr.headers["location"].rpartition("/")[2]


async def test_a_cdr_cut_off_before_a_move_is_read_as_it_was_written(world: World, brands: Brands):
    old = await world.partner(brands.voltara, version="2.1.1")
    body = json.dumps(wire.in_version("cdr", wire.cdr(), "2.1.1"))
    async with world.database.work(brands.voltara) as work:
        await work.conn.execute(
            """insert into ocpi_inbound (connection, module, method, path, body, body_hash, received_at, ocpi_version)
               values (%s, 'cdrs', 'POST', '', %s, '', now() - interval '1 hour', '2.1.1')""",
            (old.id, body),
        )
    await _move(world, brands, old, "2.3.0")
    assert await world.inbound.intake().replay(brands.voltara) == 1
    rows = await world.rows(brands.voltara, "select cdr_id, ocpi_version, validation from cdr")
    assert [tuple(row.values()) for row in rows] == [("CDR1", "2.1.1", "strict")]


async def _move(world: World, brands: Brands, partner: Partner, version: str) -> None:
    async with world.database.work(brands.voltara) as work:
        known = await world.connections.get(work, partner.id)
        side = PartnerSide("their-token", "http://cpo.test/versions", version, known.endpoints, known.roles)
        await world.connections.register(work, partner.id, side, our_token=partner.token)
    assert known.only_party == GREENFIELD
