"""Tariffs as operators push them: every content stays."""

from tests.conftest import Brands
from tests.ocpi.inbound.wire import OWNER, tariff
from tests.ocpi.inbound.world import Partner, World

T1 = f"tariffs/{OWNER}/T1"


async def test_a_changed_tariff_is_a_new_version_and_the_old_one_stays(world: World, brands: Brands, cpo: Partner):
    assert (await cpo.call("PUT", T1, tariff(price=0.4))).status_code == 201
    assert (await cpo.call("PUT", T1, tariff(price=0.5, last_updated="2026-07-01T00:00:00Z"))).status_code == 200
    assert (await cpo.call("PUT", T1, tariff(price=0.5, last_updated="2026-07-01T00:00:00Z"))).status_code == 200
    rows = await world.rows(brands.voltara, "select superseded_at is null as live from tariff_version order by recorded_at")
    assert [row["live"] for row in rows] == [False, True]
    price = (await cpo.call("GET", T1)).json()["data"]["elements"][0]["price_components"][0]["price"]
    assert price == 0.5
    assert await world.rows(brands.kilowind, "select 1 from tariff_version") == []


async def test_a_deleted_tariff_is_gone_for_new_offers_only(world: World, brands: Brands, cpo: Partner, other: Partner):
    await cpo.call("PUT", T1, tariff())
    assert (await other.call("DELETE", T1)).status_code == 404
    assert (await cpo.call("DELETE", T1)).json()["status_code"] == 1000
    assert (await cpo.call("GET", T1)).status_code == 404
    assert (await cpo.call("DELETE", T1)).status_code == 404
    assert len(await world.rows(brands.voltara, "select 1 from tariff_version where withdrawn")) == 1


async def test_a_tariff_about_another_id_is_2001(cpo: Partner):
    answer = await cpo.call("PUT", T1, tariff("T2"))
    assert (answer.status_code, answer.json()["status_message"]) == (200, "/id: is T2, but T1 in the URL")


async def test_a_tariff_whose_price_cannot_be_read_is_2001_with_the_field(cpo: Partner):
    answer = await cpo.call("PUT", T1, tariff(price="gratis"))
    assert (answer.status_code, answer.json()["status_code"]) == (200, 2001)
    assert answer.json()["status_message"].startswith("/elements/*/price_components/*/price: ")
    assert (await cpo.call("GET", T1)).status_code == 404
