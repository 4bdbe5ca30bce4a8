"""Partners' token lists, pulled: what pushes lost, page by page, in every version."""

from collections.abc import AsyncIterator

import pytest

from roamgrid.ocpi.connections.model import AsRole
from roamgrid.ocpi.outbound.pull import PullService
from roamgrid.ocpi.versions import SPEECHES
from tests.ocpi.operator.roaming import Roaming, open_roaming
from tests.ocpi.operator.test_tokens import token
from tests.ocpi.outbound.partner import FakePartner, running_partner

VERSIONS = tuple(SPEECHES)


@pytest.fixture
async def roaming(operator) -> AsyncIterator[Roaming]:
    async with open_roaming(operator) as opened:
        yield opened


@pytest.fixture
async def roamer() -> AsyncIterator[FakePartner]:
    async with running_partner() as partner:
        yield partner


async def pull(roaming, partner):
    world = roaming.operator.world
    service = PullService(world.database, roaming.clients, world.directory)
    report = await service.sync(roaming.operator.ctx, await roaming.connection(partner), modules=("tokens",))
    return report.modules[0] if report.modules else None


async def uids(roaming):
    return [row["uid"] for row in await roaming.rows("select uid from foreign_token order by uid")]


@pytest.mark.parametrize("version", VERSIONS)
async def test_every_page_is_stored_and_the_same_again_changes_nothing(roaming, roamer, version):
    partner = await roaming.provider(roamer, version)
    roamer.lists["tokens"] = [token(version, uid=f"04A{number}") for number in range(5)]
    report = await pull(roaming, partner)
    assert (report.inserted, report.updated, report.refused, report.error) == (5, 0, 0, None)
    again = await pull(roaming, partner)
    assert (again.inserted, again.updated) == (0, 0)
    assert await uids(roaming) == [f"04A{number}" for number in range(5)]


async def test_a_bad_token_does_not_fail_its_page(roaming, roamer):
    partner = await roaming.provider(roamer)
    foreign = token(uid="04A1", country_code="FR", party_id="STR")
    unstorable = token(uid="04A2", last_updated="2026-13-01T00:00:00Z")
    roamer.lists["tokens"] = [foreign, unstorable, token(uid="04A3")]
    report = await pull(roaming, partner)
    assert (report.inserted, report.refused) == (1, 2)
    assert await uids(roaming) == ["04A3"]
    found = await roaming.rows("select example from ocpi_deviation where module = 'tokens' and code = 'REFUSED'")
    assert any("FR*STR is not one of their roles" in row["example"] for row in found)


async def test_of_a_token_shown_twice_the_last_one_counts(roaming, roamer):
    partner = await roaming.provider(roamer)
    blocked = token(uid="04a1", valid=False, last_updated="2026-06-01T12:30:00Z")
    roamer.lists["tokens"] = [token(uid="04A1"), blocked]
    await pull(roaming, partner)
    (row,) = await roaming.rows("select uid, valid from foreign_token")
    assert row == {"uid": "04a1", "valid": False}


async def test_a_partner_to_whom_we_are_no_operator_is_not_asked_for_its_tokens(roaming, roamer):
    partner = await roaming.provider(roamer)
    roamer.lists["tokens"] = [token()]
    async with roaming.operator.world.database.work(roaming.operator.ctx) as work:
        await work.conn.execute("update ocpi_connection set as_role = %s", (AsRole.EMSP,))
    assert await pull(roaming, partner) is None
    assert (roamer.asked, await uids(roaming)) == ([], [])
