"""Charge detail records: nothing that was sent is lost, nothing is stored twice."""

from datetime import timedelta
from uuid import UUID

import pytest

from roamgrid.kernel import json
from roamgrid.kernel.clock import FixedClock, SystemClock
from roamgrid.kernel.crypto import content_hash
from roamgrid.tenancy.context import TenantContext
from tests.conftest import Brands
from tests.ocpi.inbound.wire import OWNER, cdr
from tests.ocpi.inbound.world import BASE, Partner, World


async def inbox(world: World, ctx: TenantContext) -> list[tuple[object, bytes]]:
    rows = await world.rows(ctx, "select outcome, body from ocpi_inbound order by received_at")
    return [(row["outcome"], bytes(row["body"])) for row in rows]


async def test_a_cdr_is_stored_announced_and_found_at_the_address_it_was_given(world: World, brands: Brands, cpo: Partner):
    raw = json.dumps(cdr())
    answer = await cpo.call("POST", "cdrs", raw)
    assert (answer.status_code, answer.json()["status_code"]) == (201, 1000)
    address = answer.headers["location"]
    assert address.startswith(f"{BASE}/ocpi/voltara/2.2.1/cdrs/")
    found = await cpo.call("GET", address.removeprefix(f"{BASE}/ocpi/voltara/2.2.1/"))
    assert found.json()["data"] == cdr()
    assert await world.events(brands.voltara) == ["cdr.received.v1"]
    assert await inbox(world, brands.voltara) == [("new", raw)]
    rows = await world.rows(brands.voltara, "select kwh::text, total_net::text from cdr")
    assert [tuple(row.values()) for row in rows] == [("11.3", "4.52")]


async def test_the_same_cdr_again_gets_the_same_answer_and_changes_nothing(world: World, brands: Brands, cpo: Partner):
    first = await cpo.call("POST", "cdrs", cdr())
    again = await cpo.call("POST", "cdrs", dict(reversed(cdr().items())))
    assert (again.status_code, again.json()["status_code"]) == (200, 1000)
    assert again.headers["location"] == first.headers["location"]
    assert await world.events(brands.voltara) == ["cdr.received.v1"]
    assert [outcome for outcome, _ in await inbox(world, brands.voltara)] == ["new", "same"]


async def test_the_same_id_with_other_content_is_kept_and_refused(world: World, brands: Brands, cpo: Partner):
    await cpo.call("POST", "cdrs", cdr())
    dearer = json.dumps(cdr(total_cost={"excl_vat": 99}))
    answer = await cpo.call("POST", "cdrs", dearer)
    assert (answer.status_code, answer.json()["status_code"]) == (200, 2001)
    assert answer.json()["status_message"].startswith("/id: ")
    assert await world.events(brands.voltara) == ["cdr.received.v1", "cdr.conflict.v1"]
    assert (await inbox(world, brands.voltara))[1] == ("conflict", dearer)
    assert len(await world.rows(brands.voltara, "select 1 from cdr")) == 1
    assert len(await world.rows(brands.voltara, "select 1 from cdr_conflict")) == 1


@pytest.mark.parametrize(
    ("body", "http", "code", "said"),
    [
        (b'{"id": ', 400, 2000, "the body is not JSON"),
        (json.dumps(cdr(start_date_time="noon")), 200, 2001, "/start_date_time: "),
        (json.dumps(cdr(party_id="XYZ")), 200, 2001, "/party_id: "),
        (json.dumps({name: value for name, value in cdr().items() if name != "currency"}), 200, 2001, "/currency: "),
    ],
)
async def test_a_cdr_that_cannot_be_read_is_kept_all_the_same(
    world: World, brands: Brands, cpo: Partner, body: bytes, http: int, code: int, said: str
):
    answer = await cpo.call("POST", "cdrs", body)
    assert (answer.status_code, answer.json()["status_code"]) == (http, code)
    assert answer.json()["status_message"].startswith(said)
    assert await inbox(world, brands.voltara) == [("refused", body)]
    assert await world.events(brands.voltara) == []
    counted = await world.rows(brands.voltara, "select code, count from ocpi_deviation where module = 'cdrs'")
    assert [tuple(row.values()) for row in counted] == [("REFUSED", 1)]


async def test_a_cdr_may_also_be_posted_below_its_owner(world: World, brands: Brands, cpo: Partner):
    assert (await cpo.call("POST", f"cdrs/{OWNER}", cdr())).status_code == 201
    assert (await cpo.call("GET", f"cdrs/{OWNER}/CDR1")).json()["data"]["id"] == "CDR1"


async def test_a_cdr_of_an_unknown_session_and_token_is_taken(world: World, brands: Brands, cpo: Partner):
    """Whose it is and what to do with it is for settlement to say; it must not get lost here."""
    assert (await cpo.call("POST", "cdrs", cdr(session_id="NEVER-SEEN"))).status_code == 201
    assert await world.events(brands.voltara) == ["cdr.received.v1"]


async def test_a_cdr_is_found_by_its_sender_only(cpo: Partner, other: Partner):
    path = (await cpo.call("POST", "cdrs", cdr())).headers["location"].rsplit("/", 1)[1]
    for unknown in (path, "CDR1", f"{OWNER}/CDR1", str(UUID(int=1))):
        assert (await other.call("GET", f"cdrs/{unknown}")).status_code == 404
    assert (await cpo.call("GET", f"cdrs/{path}")).status_code == 200


async def test_a_body_whose_processing_was_cut_off_is_processed_later_and_once(world: World, brands: Brands, cpo: Partner):
    body = json.dumps(cdr())
    async with world.database.work(brands.voltara) as work:  # as if we had died between the two transactions
        await work.conn.execute(
            """insert into ocpi_inbound (connection, module, method, path, body, body_hash)
               values (%s, 'cdrs', 'POST', '/ocpi/voltara/2.2.1/cdrs', %s, %s)""",
            (cpo.id, body, content_hash(body)),
        )
    intake = world.inbound.intake()
    assert await intake.replay(brands.voltara) == 0, "a minute is left to whoever works on it"
    later = FixedClock(SystemClock().now() + timedelta(minutes=5))
    ctx = TenantContext(brands.voltara.binding, clock=later)
    assert await intake.replay(ctx) == 1
    assert await intake.replay(ctx) == 0
    assert await world.events(brands.voltara) == ["cdr.received.v1"]
    assert [outcome for outcome, _ in await inbox(world, brands.voltara)] == ["new"]
    assert len(await world.rows(brands.voltara, "select 1 from cdr")) == 1
