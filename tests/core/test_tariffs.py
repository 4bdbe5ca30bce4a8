"""Every version of every tariff is kept: an offer names one, the bill uses exactly that one."""

import asyncio
from datetime import timedelta
from uuid import UUID

import psycopg
import pytest

from roamgrid.canonical.party import PartyId, SourceId
from roamgrid.core.received import ObjectKey, PageOutcome
from roamgrid.core.tariffs import service as tariffs
from roamgrid.core.tariffs.models import TariffCounts
from roamgrid.tenancy.database import Database
from tests.builders import NOON, OPERATOR, SOURCE, received, tariff
from tests.conftest import Brands

OTHER_SOURCE = SourceId(UUID("00000000-0000-7000-8000-00000000beef"))


async def test_a_new_content_is_a_new_version_and_the_old_one_stays(database: Database, brands: Brands) -> None:
    async with database.work(brands.voltara) as work:
        assert await tariffs.apply_page(work, SOURCE, [received(tariff(per_kwh="0.40"))]) == PageOutcome(1, 0)
        [old] = await tariffs.current(work, SOURCE, OPERATOR, ["T1"])
        assert await tariffs.apply_page(work, SOURCE, [received(tariff(per_kwh="0.45"))]) == PageOutcome(0, 1)
        [new] = await tariffs.current(work, SOURCE, OPERATOR, ["T1"])
        assert new.tariff == tariff(per_kwh="0.45")
        assert await tariffs.version(work, old.id) == old
        assert await tariffs.counts(work, SOURCE) == TariffCounts(tariffs=1, versions=2)


async def test_the_same_content_again_changes_nothing(database: Database, brands: Brands) -> None:
    async with database.work(brands.voltara) as work:
        await tariffs.apply_page(work, SOURCE, [received(tariff())])
        [before] = await tariffs.current(work, SOURCE, OPERATOR, ["T1"])
        assert await tariffs.apply_page(work, SOURCE, [received(tariff())]) == PageOutcome(0, 0)
        assert await tariffs.current(work, SOURCE, OPERATOR, ["T1"]) == [before]


async def test_a_price_that_returns_is_a_third_version_not_the_first(database: Database, brands: Brands) -> None:
    async with database.work(brands.voltara) as work:
        for price in ("0.40", "0.45", "0.40"):
            await tariffs.apply_page(work, SOURCE, [received(tariff(per_kwh=price))])
        assert await tariffs.counts(work) == TariffCounts(tariffs=1, versions=3)


async def test_a_withdrawn_tariff_makes_no_offers_but_still_explains_bills(database: Database, brands: Brands) -> None:
    async with database.work(brands.voltara) as work:
        await tariffs.put(work, SOURCE, received(tariff()))
        [live] = await tariffs.current(work, SOURCE, OPERATOR, ["T1"])
        assert await tariffs.withdraw(work, SOURCE, OPERATOR, "T1")
        assert not await tariffs.withdraw(work, SOURCE, OPERATOR, "T1")
        assert await tariffs.current(work, SOURCE, OPERATOR, ["T1"]) == []
        assert await tariffs.verbatim(work, SOURCE, OPERATOR, "T1") is None
        assert await tariffs.version(work, live.id) == live


async def test_a_withdrawn_tariff_that_comes_back_unchanged_is_the_same_version(database: Database, brands: Brands) -> None:
    body = received(tariff())
    async with database.work(brands.voltara) as work:
        await tariffs.apply_page(work, SOURCE, [body])
        [before] = await tariffs.current(work, SOURCE, OPERATOR, ["T1"])
        await tariffs.withdraw(work, SOURCE, OPERATOR, "T1")
        assert await tariffs.unchanged(work, SOURCE, [body.raw_hash]) == {}
        assert await tariffs.apply_page(work, SOURCE, [body]) == PageOutcome(0, 0)
        assert await tariffs.current(work, SOURCE, OPERATOR, ["T1"]) == [before]
        assert await tariffs.unchanged(work, SOURCE, [body.raw_hash]) == {body.raw_hash: ObjectKey("NL", "GRF", "T1")}


async def test_a_withdrawn_tariff_that_comes_back_changed_is_a_new_version(database: Database, brands: Brands) -> None:
    async with database.work(brands.voltara) as work:
        await tariffs.apply_page(work, SOURCE, [received(tariff(per_kwh="0.40"))])
        await tariffs.withdraw(work, SOURCE, OPERATOR, "T1")
        await tariffs.apply_page(work, SOURCE, [received(tariff(per_kwh="0.50"))])
        assert [found.tariff for found in await tariffs.current(work, SOURCE, OPERATOR, ["T1"])] == [tariff(per_kwh="0.50")]
        assert await tariffs.counts(work) == TariffCounts(tariffs=1, versions=2)


async def test_a_push_older_than_the_live_version_changes_nothing(database: Database, brands: Brands) -> None:
    newer = tariff(per_kwh="0.45", last_updated=NOON + timedelta(minutes=1))
    async with database.work(brands.voltara) as work:
        assert await tariffs.put(work, SOURCE, received(newer)) == PageOutcome(1, 0)
        assert await tariffs.put(work, SOURCE, received(tariff(per_kwh="0.40"))) == PageOutcome(0, 0)
        assert [found.tariff for found in await tariffs.current(work, SOURCE, OPERATOR, ["T1"])] == [newer]


async def test_what_a_crawl_did_not_show_is_withdrawn_for_its_source_only(database: Database, brands: Brands) -> None:
    async with database.work(brands.voltara) as work:
        await tariffs.apply_page(work, SOURCE, [received(tariff("A")), received(tariff("B"))])
        await tariffs.apply_page(work, OTHER_SOURCE, [received(tariff("B"))])
        assert await tariffs.finish_crawl(work, SOURCE, {ObjectKey("NL", "GRF", "A")}) == 1
        assert await tariffs.counts(work, SOURCE) == TariffCounts(tariffs=1, versions=2)
        assert await tariffs.counts(work, OTHER_SOURCE) == TariffCounts(tariffs=1, versions=1)


async def test_tariffs_come_in_the_order_asked_and_unknown_ones_are_absent(database: Database, brands: Brands) -> None:
    async with database.work(brands.voltara) as work:
        await tariffs.apply_page(work, SOURCE, [received(tariff("A")), received(tariff("B")), received(tariff("C"))])
        found = await tariffs.current(work, SOURCE, OPERATOR, ["C", "missing", "A"])
        assert [version.tariff.id for version in found] == ["C", "A"]


async def test_many_tariffs_of_many_operators_in_one_question(database: Database, brands: Brands) -> None:
    neighbour = PartyId("BE", "ABC")
    async with database.work(brands.voltara) as work:
        await tariffs.apply_page(work, SOURCE, [received(tariff()), received(tariff(party=neighbour, per_kwh="0.60"))])
        wanted = [(SOURCE, OPERATOR, "T1"), (SOURCE, neighbour, "T1"), (OTHER_SOURCE, OPERATOR, "T1")]
        found = await tariffs.current_many(work, wanted)
        assert {key: version.tariff.party for key, version in found.items()} == {wanted[0]: OPERATOR, wanted[1]: neighbour}


async def test_what_comes_at_once_for_one_new_tariff_is_all_kept(database: Database, brands: Brands) -> None:
    async def push(price: str) -> None:
        async with database.work(brands.voltara) as work:
            await tariffs.put(work, SOURCE, received(tariff(per_kwh=price)))

    async def pull(price: str) -> None:
        async with database.work(brands.voltara) as work:
            await tariffs.apply_page(work, SOURCE, [received(tariff(per_kwh=price))])

    await asyncio.gather(push("0.40"), pull("0.41"), push("0.42"), pull("0.43"))
    async with database.work(brands.voltara) as work:
        assert await tariffs.counts(work) == TariffCounts(tariffs=1, versions=4)


@pytest.mark.isolation
async def test_another_brand_sees_neither_tariff_nor_version(database: Database, brands: Brands) -> None:
    body = received(tariff())
    async with database.work(brands.voltara) as work:
        await tariffs.put(work, SOURCE, body)
        [live] = await tariffs.current(work, SOURCE, OPERATOR, ["T1"])
    async with database.work(brands.kilowind) as work:
        assert await tariffs.current(work, SOURCE, OPERATOR, ["T1"]) == []
        assert await tariffs.version(work, live.id) is None
        assert await tariffs.unchanged(work, SOURCE, [body.raw_hash]) == {}
        assert not await tariffs.withdraw(work, SOURCE, OPERATOR, "T1")
        assert await tariffs.finish_crawl(work, SOURCE, set()) == 0
    async with database.work(brands.voltara) as work:
        assert await tariffs.current(work, SOURCE, OPERATOR, ["T1"]) == [live]


async def test_no_code_of_ours_can_delete_a_version(database: Database, brands: Brands) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        async with database.work(brands.voltara) as work:
            await work.conn.execute("delete from tariff_version")
