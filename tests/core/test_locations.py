"""Stations are stored as they come and found by place."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from roamgrid.canonical.location import Coordinates, EvseStatus
from roamgrid.core.locations import service as locations
from roamgrid.core.locations.models import Box, Cursor, LocationCounts, Near, StationQuery
from roamgrid.core.received import ObjectKey, PageOutcome
from roamgrid.tenancy.database import Database
from tests.builders import NOON, SOURCE, connector, evse, location, received
from tests.conftest import Brands

UTRECHT = Near(Coordinates(Decimal("52.0907"), Decimal("5.1214")), 30_000)


async def test_a_page_is_stored_and_counted(database: Database, brands: Brands) -> None:
    page = [received(location("A", evse("1"), evse("2"))), received(location("B"))]
    async with database.work(brands.voltara) as work:
        assert await locations.apply_page(work, SOURCE, page) == PageOutcome(inserted=2, updated=0)
        assert await locations.counts(work) == LocationCounts(locations=2, evses=3, connectors=3, parties=1)
    async with database.work(brands.kilowind) as work:
        assert await locations.counts(work) == LocationCounts(0, 0, 0, 0)


async def test_an_unchanged_body_is_recognised_by_its_hash(database: Database, brands: Brands) -> None:
    old, new = received(location("A")), received(location("A", name="renamed"))
    async with database.work(brands.voltara) as work:
        await locations.apply_page(work, SOURCE, [old])
        assert await locations.unchanged(work, SOURCE, [old.raw_hash, new.raw_hash]) == {
            old.raw_hash: ObjectKey("NL", "GRF", "A")
        }


async def test_an_update_keeps_ids_and_drops_vanished_children(database: Database, brands: Brands) -> None:
    first = location("A", evse("1", connector(id="1"), connector(id="2")), evse("2"))
    second = location("A", evse("1", connector(id="2", max_power_w=11_000)), evse("3"))
    async with database.work(brands.voltara) as work:
        await locations.apply_page(work, SOURCE, [received(first)])
        before = (await locations.evses_of(work, [1]))[1]
        assert await locations.apply_page(work, SOURCE, [received(second)]) == PageOutcome(0, 1)
        after = (await locations.evses_of(work, [1]))[1]
    assert [point.uid for point in after] == ["1", "3"]
    assert after[0].id == before[0].id
    assert [(plug.connector_id, plug.max_power_w) for plug in after[0].connectors] == [("2", 11_000)]
    assert after[0].connectors[0].id == before[0].connectors[1].id


async def test_an_object_sent_twice_in_a_page_counts_once_and_the_last_wins(database: Database, brands: Brands) -> None:
    page = [received(location("A", name="first")), received(location("A", name="last", evses=(evse("1"), evse("1"))))]
    async with database.work(brands.voltara) as work:
        assert await locations.apply_page(work, SOURCE, page) == PageOutcome(1, 0)
        station = await locations.station(work, 1)
        assert station is not None
        assert station.name == "last"
        assert (await locations.counts(work)).evses == 1


async def test_what_a_crawl_did_not_show_vanishes_and_may_come_back(database: Database, brands: Brands) -> None:
    a, b = received(location("A")), received(location("B"))
    async with database.work(brands.voltara) as work:
        await locations.apply_page(work, SOURCE, [a, b])
        assert await locations.finish_crawl(work, SOURCE, {ObjectKey("NL", "GRF", "A")}) == 1
        assert (await locations.counts(work)).locations == 1
        assert await locations.unchanged(work, SOURCE, [b.raw_hash]) == {}
        await locations.apply_page(work, SOURCE, [b])
        assert (await locations.counts(work)).locations == 2


async def test_a_push_older_than_what_is_stored_changes_nothing(database: Database, brands: Brands) -> None:
    newer = location("A", evse("1", status=EvseStatus.CHARGING), last_updated=NOON + timedelta(minutes=1))
    async with database.work(brands.voltara) as work:
        assert await locations.put(work, SOURCE, received(newer))
        assert not await locations.put(work, SOURCE, received(location("A", evse("1"))))
        assert (await locations.evses_of(work, [1]))[1][0].status is EvseStatus.CHARGING


async def test_nearest_stations_come_first_and_pages_join_without_gap(database: Database, brands: Brands) -> None:
    page = [received(location(str(n), lat=f"52.{100 + n * 7}", lon="5.1214")) for n in range(9)]
    async with database.work(brands.voltara) as work:
        await locations.apply_page(work, SOURCE, page)
        everything = await locations.search(work, StationQuery(UTRECHT, limit=100))
        first = await locations.search(work, StationQuery(UTRECHT, limit=4))
        cursor = Cursor(first[-1].distance_m, first[-1].id)
        rest = await locations.search(work, StationQuery(UTRECHT, limit=100, after=cursor))
    assert [row.location_id for row in everything] == [str(n) for n in range(9)]
    assert first + rest == everything
    assert everything[0].distance_m == 1035, "0.0093 degrees of latitude north"


async def test_filters_ask_one_connector_for_everything(database: Database, brands: Brands) -> None:
    slow = location("slow", evse("1", connector(max_power_w=11_000)))
    busy = location(
        "busy", evse("1", connector(max_power_w=150_000, standard="IEC_62196_T2_COMBO"), status=EvseStatus.CHARGING)
    )
    fast = location("fast", evse("1", connector(max_power_w=150_000, standard="IEC_62196_T2_COMBO")))
    async with database.work(brands.voltara) as work:
        await locations.apply_page(work, SOURCE, [received(slow), received(busy), received(fast)])

        async def found(**filters: object) -> list[str]:
            rows = await locations.search(work, replace(StationQuery(UTRECHT), **filters))  # type: ignore[arg-type]
            return sorted(row.location_id for row in rows)

        assert await found() == ["busy", "fast", "slow"]
        assert await found(min_power_w=50_000) == ["busy", "fast"]
        assert await found(min_power_w=50_000, available_only=True) == ["fast"]
        assert await found(standards=("IEC_62196_T2",)) == ["slow"]


async def test_a_box_holds_what_is_inside(database: Database, brands: Brands) -> None:
    box = Box(Decimal("52.0"), Decimal("5.0"), Decimal("52.2"), Decimal("5.2"))
    page = [received(location("in")), received(location("out", lat="52.3")), received(location("hidden", publish=False))]
    async with database.work(brands.voltara) as work:
        await locations.apply_page(work, SOURCE, page)
        assert [row.location_id for row in await locations.search(work, StationQuery(box))] == ["in"]


async def test_neighbours_in_the_same_metre_are_not_skipped_between_pages(database: Database, brands: Brands) -> None:
    page = [
        received(location(name, lat=lat)) for name, lat in (("far", "52.100004"), ("near", "52.100001"), ("same", "52.100001"))
    ]
    async with database.work(brands.voltara) as work:
        for one in page:
            await locations.apply_page(work, SOURCE, [one])
        found: list[str] = []
        cursor = None
        while rows := await locations.search(work, StationQuery(UTRECHT, limit=1, after=cursor)):
            found += [row.location_id for row in rows]
            cursor = Cursor(rows[-1].distance_m, rows[-1].id)
    assert found == ["near", "same", "far"]


async def test_two_pushes_at_once_leave_the_newer_one(database: Database, brands: Brands) -> None:
    async def push(minute: int) -> None:
        async with database.work(brands.voltara) as work:
            moment = NOON + timedelta(minutes=minute)
            await locations.put(work, SOURCE, received(location("A", name=f"at {minute}", last_updated=moment)))

    await asyncio.gather(*(push(minute) for minute in (3, 1, 4, 2)))
    async with database.work(brands.voltara) as work:
        station = await locations.station(work, 1)
        assert station is not None
        assert station.name == "at 4"
