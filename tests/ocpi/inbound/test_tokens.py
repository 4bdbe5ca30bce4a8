"""The list of tokens that operators pull."""

from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest

from roamgrid.canonical.party import PartyId
from roamgrid.core.tokens import service as tokens
from tests.conftest import Brands
from tests.ocpi.inbound.world import BASE, Partner, World

VOLTARA = PartyId("NL", "VLT")


@pytest.fixture
async def cards(world: World, brands: Brands) -> list[str]:
    """Five cards of Voltara, the oldest first."""
    uids = [f"04A1B2C{n}" for n in range(5)]
    for uid in uids:
        async with world.database.work(brands.voltara) as work:
            await tokens.add_rfid(work, UUID(int=1), uid, VOLTARA, "Voltara")
    return uids


async def test_pages_are_linked_until_the_last(cpo: Partner, cards: list[str]):
    path, seen = "tokens?limit=2", []
    for _ in range(3):
        answer = await cpo.call("GET", path)
        seen += [token["uid"] for token in answer.json()["data"]]
        assert (answer.headers["x-total-count"], answer.headers["x-limit"]) == ("5", "500")
        link = answer.headers.get("link", "")
        path = link.removeprefix(f"<{BASE}/ocpi/voltara/2.2.1/").removesuffix('>; rel="next"')
    assert (seen, link) == (cards, "")


async def test_a_link_keeps_the_filters(cpo: Partner, cards: list[str]):
    answer = await cpo.call("GET", "tokens?limit=1&date_from=2020-01-01T00:00:00Z")
    url = answer.headers["link"].split(">")[0]
    assert parse_qs(urlsplit(url).query) == {"date_from": ["2020-01-01T00:00:00Z"], "offset": ["1"], "limit": ["1"]}


async def test_date_from_is_inclusive_and_date_to_exclusive(cpo: Partner, cards: list[str]):
    listed = (await cpo.call("GET", "tokens?limit=0")).json()["data"]
    assert [token["uid"] for token in listed] == cards
    assert (await cpo.call("GET", "tokens?date_from=2099-01-01T00:00:00Z")).json()["data"] == []
    answer = await cpo.call("GET", "tokens?date_to=2099-01-01T00:00:00")
    assert answer.headers["x-total-count"] == "5"


async def test_a_partner_sees_cards_and_its_own_app_tokens_only(
    world: World, brands: Brands, cpo: Partner, other: Partner, cards: list[str]
):
    bluefield = await world.partner(brands.voltara, "Bluefield", PartyId("NL", "BLU"))
    async with world.database.work(brands.voltara) as work:
        token = await tokens.app_token(work, UUID(int=1), cpo.id, VOLTARA, "Voltara")
    uids = {
        name: {item["uid"] for item in (await partner.call("GET", "tokens")).json()["data"]}
        for name, partner in {"cpo": cpo, "bluefield": bluefield, "other brand": other}.items()
    }
    assert uids == {"cpo": {*cards, token.uid}, "bluefield": set(cards), "other brand": set()}


@pytest.mark.parametrize("query", ["limit=many", "offset=-1", "date_from=soon", "date_to=12:00", "limit=1e9"])
async def test_a_parameter_that_cannot_be_read_is_2001_and_named(cpo: Partner, query: str):
    answer = await cpo.call("GET", f"tokens?{query}")
    assert (answer.status_code, answer.json()["status_code"]) == (200, 2001)
    assert answer.json()["status_message"].startswith(f"{query.split('=')[0]}: is ")
