"""Which source reaches a party, and in which order they are to be asked."""

from datetime import timedelta
from uuid import UUID

import pytest

from roamgrid.canonical.party import Party, PartyId, Role, SourceId
from roamgrid.core.parties import clients, service, standing
from roamgrid.core.parties.clients import HubClient
from roamgrid.core.parties.standing import SourceKind, Standing
from roamgrid.kernel.clock import FixedClock
from roamgrid.tenancy.context import TenantContext
from roamgrid.tenancy.database import Database, Work
from tests.builders import NOON, OPERATOR
from tests.conftest import Brands

PLATFORM, HUB, OTHER_HUB = (SourceId(UUID(int=number)) for number in (1, 2, 3))


async def told_by(work: Work, source: SourceId) -> None:
    await service.notice(work, source, Party(OPERATOR, Role.CPO, "Greenfield"))


async def test_its_own_platform_first_then_hubs_and_who_cannot_be_reached_last(database: Database, brands: Brands) -> None:
    async with database.work(brands.voltara) as work:
        assert await standing.reaching(work, OPERATOR) == []
        for source in (OTHER_HUB, HUB, PLATFORM):
            await told_by(work, source)
        for hub in (HUB, OTHER_HUB):
            await standing.note_kind(work, hub, SourceKind.HUB)
        assert await standing.reaching(work, OPERATOR) == [PLATFORM, HUB, OTHER_HUB]
        await standing.note_reachable(work, PLATFORM, False)
        assert await standing.reaching(work, OPERATOR) == [HUB, OTHER_HUB, PLATFORM]
        await clients.put(work, HUB, HubClient(OPERATOR, "CPO", "OFFLINE", NOON))
        assert await standing.reaching(work, OPERATOR) == [OTHER_HUB, PLATFORM, HUB], (
            "the hub says that it does not get through"
        )
    async with database.work(brands.kilowind) as work:
        assert await standing.reaching(work, OPERATOR) == []


async def test_a_party_known_from_a_hubs_list_alone_is_reached_by_it(database: Database, brands: Brands) -> None:
    async with database.work(brands.voltara) as work:
        await clients.put(work, HUB, HubClient(OPERATOR, "CPO", "CONNECTED", NOON))
        await clients.put(work, HUB, HubClient(PartyId("NL", "EVL"), "CPO", "CONNECTED", NOON))
        assert await standing.reaching(work, OPERATOR) == [HUB]


async def test_since_tells_when_it_changed_and_not_when_it_was_said_again(database: Database, brands: Brands) -> None:
    clock = FixedClock(NOON)
    ctx = TenantContext(brands.voltara.binding, actor="breaker", clock=clock)
    for reachable in (False, False, True):
        async with database.work(ctx) as work:
            await standing.note_reachable(work, HUB, reachable)
            await standing.note_kind(work, HUB, SourceKind.HUB)
        clock.advance(timedelta(minutes=1))
    async with database.work(ctx) as work:
        found = await standing.standings(work, [HUB, PLATFORM])
    assert found == {HUB: Standing(HUB, SourceKind.HUB, True, NOON + timedelta(minutes=2))}


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
async def test_a_hubs_news_count_by_their_time(database: Database, brands: Brands, order: tuple[int, ...]) -> None:
    news = [
        HubClient(OPERATOR, "CPO", "CONNECTED", NOON),
        HubClient(OPERATOR, "CPO", "OFFLINE", NOON + timedelta(minutes=1)),
    ]
    async with database.work(brands.voltara) as work:
        for number in order:
            await clients.put(work, HUB, news[number])
        assert await clients.of_party(work, HUB, OPERATOR) == [news[1]]
        assert await clients.lists_anybody(work, HUB)
        assert not await clients.lists_anybody(work, PLATFORM)
