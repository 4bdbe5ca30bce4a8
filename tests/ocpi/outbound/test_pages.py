"""Following pages: by links alone, never in circles, never to another host."""

import asyncio
from contextlib import aclosing
from datetime import UTC, datetime

import pytest

from roamgrid.core.commands.errors import PartnerUnavailable
from roamgrid.ocpi.connections.model import Connection
from roamgrid.ocpi.outbound.clients import PartnerClients
from roamgrid.ocpi.outbound.errors import PagesBroken
from roamgrid.ocpi.outbound.prefetch import prefetched
from tests.ocpi.outbound.partner import Answering, FakePartner, ok
from tests.ocpi.outbound.world import NOBODY


def page(*objects: int, link: str | None = None) -> Answering:
    return Answering(body=ok(list(objects)).body, headers={"Link": f'<{link}>; rel="next"'} if link else {})


async def crawled(clients: PartnerClients, connection: Connection, url: str, **filters: object) -> list[bytes]:
    return [raw async for page in clients.of(connection, NOBODY).pages(url, **filters) for raw in page.objects]  # type: ignore[arg-type]


async def test_pages_are_followed_to_the_end(partner: FakePartner, clients: PartnerClients, connection: Connection):
    partner.lists["locations"] = [{"id": str(number)} for number in range(5)]
    assert await crawled(clients, connection, f"{partner.url}/locations", limit=2) == [
        b'{"id":"%d"}' % number for number in range(5)
    ]
    assert [asked.query for asked in partner.asked] == [
        {"limit": "2"},
        {"offset": "2", "limit": "2"},
        {"offset": "4", "limit": "2"},
    ]


async def test_filters_are_written_in_utc_and_join_what_the_address_has(
    partner: FakePartner, clients: PartnerClients, connection: Connection
):
    partner.lists["cdrs"] = []
    since, until = datetime(2026, 6, 1, 12, tzinfo=UTC), datetime(2026, 6, 2, tzinfo=UTC)
    await crawled(clients, connection, f"{partner.url}/cdrs?client=7", date_from=since, date_to=until)
    assert partner.asked[0].query == {"client": "7", "date_from": "2026-06-01T12:00:00Z", "date_to": "2026-06-02T00:00:00Z"}


@pytest.mark.parametrize("total", [0, 1, 99])
async def test_totals_are_not_believed(partner: FakePartner, clients: PartnerClients, connection: Connection, total: int):
    partner.lists["locations"], partner.wrong_total = [{"id": str(number)} for number in range(5)], total
    assert len(await crawled(clients, connection, f"{partner.url}/locations")) == 5


async def test_an_empty_page_in_the_middle_is_not_the_end(
    partner: FakePartner, clients: PartnerClients, connection: Connection
):
    partner.script["/l"] = [page(1, link="/l?p=2"), page(link="/l?p=3"), page(2)]
    assert await crawled(clients, connection, f"{partner.url}/l") == [b"1", b"2"]


async def test_a_link_to_another_host_is_not_followed(partner: FakePartner, clients: PartnerClients, connection: Connection):
    """The token would go along."""
    elsewhere = partner.url.replace("127.0.0.1", "localhost")
    for target in (f"{elsewhere}/l", "https://127.0.0.1/l", "//cpo.test/l", "http://127.0.0.1:bad/l"):
        partner.script["/l"] = [page(1, link=target)]
        with pytest.raises(PagesBroken, match="another host"):
            await crawled(clients, connection, f"{partner.url}/l")
    assert {asked.headers["host"] for asked in partner.asked} == {partner.url.removeprefix("http://")}


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://{host}/l",
        "http://{host}0/l",
        "http://127.0.0.1/l",
        "http://2130706433:{port}/l",
        "http://0x7f.1:{port}/l",
        "http://[::ffff:127.0.0.1]:{port}/l",
        "http://us:er@{host}/l",
        "http://{host}@cpo.test/l",
        "http://{host}\\@cpo.test/l",
        "http://cpo.test\\@{host}/l",
        "http://127.0.0.1.:{port}/l",
        "file:///etc/passwd",
    ],
)
async def test_a_link_that_only_looks_like_the_same_host_is_not_followed(
    partner: FakePartner, clients: PartnerClients, connection: Connection, elsewhere: str
):
    host = partner.url.removeprefix("http://")
    partner.script["/l"] = [page(1, link=elsewhere.format(host=host, port=host.partition(":")[2])), page(2)]
    with pytest.raises(PagesBroken):
        await crawled(clients, connection, f"{partner.url}/l")
    assert len(partner.asked) == 1


async def test_pages_by_cursor_need_neither_offset_nor_total(
    partner: FakePartner, clients: PartnerClients, connection: Connection
):
    partner.script["/l"] = [page(1, 2, link="?after=2"), page(3, link="/l?after=3&limit=2"), page(4)]
    assert await crawled(clients, connection, f"{partner.url}/l", limit=2) == [b"1", b"2", b"3", b"4"]
    assert [asked.query for asked in partner.asked] == [{"limit": "2"}, {"after": "2"}, {"after": "3", "limit": "2"}]


async def test_a_link_that_leaves_out_the_filters_is_followed_as_it_is(
    partner: FakePartner, clients: PartnerClients, connection: Connection
):
    """It shows more than was asked for, which costs time and changes nothing."""
    partner.script["/l"] = [page(1, link="/l?offset=1"), page(2)]
    since = datetime(2026, 6, 1, tzinfo=UTC)
    assert await crawled(clients, connection, f"{partner.url}/l", date_from=since) == [b"1", b"2"]
    assert partner.asked[1].query == {"offset": "1"}


async def test_a_link_that_is_no_address_ends_the_crawl_with_an_error(
    partner: FakePartner, clients: PartnerClients, connection: Connection
):
    partner.script["/l"] = [page(1, link="http://[broken")]
    with pytest.raises(PagesBroken, match="no address"):
        await crawled(clients, connection, f"{partner.url}/l")


async def test_a_circle_is_noticed(partner: FakePartner, clients: PartnerClients, connection: Connection):
    partner.script["/l"] = [page(1, link="/l?p=2"), page(2, link=f"{partner.url}/l")]
    with pytest.raises(PagesBroken, match="circle"):
        await crawled(clients, connection, f"{partner.url}/l")


async def test_the_same_page_under_ever_new_links_is_noticed(
    partner: FakePartner, clients: PartnerClients, connection: Connection
):
    partner.script["/l"] = [page(1, link=f"/l?p={number}") for number in range(50)]
    with pytest.raises(PagesBroken, match="the same"):
        await crawled(clients, connection, f"{partner.url}/l")
    assert len(partner.asked) == 2


async def test_empty_pages_without_end_are_noticed(partner: FakePartner, clients: PartnerClients, connection: Connection):
    partner.script["/l"] = [page(link=f"/l?p={number}") for number in range(50)]
    with pytest.raises(PagesBroken, match="empty pages"):
        await crawled(clients, connection, f"{partner.url}/l")


async def test_data_that_is_no_list_is_an_unusable_answer(
    partner: FakePartner, clients: PartnerClients, connection: Connection
):
    partner.script["/l"] = [ok({"next": 1})]
    with pytest.raises(PartnerUnavailable, match="is no list"):
        await crawled(clients, connection, f"{partner.url}/l")


async def test_the_next_page_is_on_its_way_while_one_is_stored():
    asked: list[int] = []

    async def pages():
        for number in range(3):
            asked.append(number)
            yield number

    async for number in prefetched(pages()):
        await asyncio.sleep(0)  # whatever is under way gets its turn
        assert asked == list(range(min(number + 2, 3)))
    assert asked == [0, 1, 2]


async def test_leaving_early_ends_what_is_under_way():
    left: list[str] = []

    async def pages():
        try:
            for number in range(3):
                yield number
                await asyncio.sleep(0)
        finally:
            left.append("closed")

    async with aclosing(prefetched(pages())) as ahead:
        async for _ in ahead:
            break
    assert left == ["closed"]


async def test_an_error_comes_when_its_page_would_have():
    async def pages():
        yield 1
        raise PartnerUnavailable("gone")

    seen = []
    with pytest.raises(PartnerUnavailable, match="gone"):
        async for number in prefetched(pages()):
            seen.append(number)
    assert seen == [1]
