"""Results of commands on our `response_url`."""

from datetime import timedelta
from uuid import UUID

import pytest

from roamgrid.canonical.party import SourceId
from roamgrid.core.commands import repository
from roamgrid.kernel.ids import new_id
from tests.conftest import Brands
from tests.ocpi.inbound.world import Partner, World


async def asked(world: World, ctx, source: SourceId, kind: str = "START_SESSION") -> UUID:
    """A command that the operator has got."""
    command = new_id()
    async with world.database.work(ctx) as work:
        now = ctx.clock.now()
        await repository.add(
            work,
            {
                "id": command,
                "kind": kind,
                "source": source,
                "country": "NL",
                "party": "GRF",
                "driver": None,
                "reference": "REF1",
                "session": None,
                "location": "LOC1",
                "evse": "E1",
                "connector": "1",
                "token": "APP1",
                "requested": now,
                "deadline": now + timedelta(minutes=2),
            },
        )
    return command


async def state(world: World, ctx) -> tuple[str, str | None]:
    row = (await world.rows(ctx, "select state, message from command"))[0]
    return row["state"], row["message"]


@pytest.mark.parametrize(
    "body",
    [
        {"result": "ACCEPTED"},
        {"result": "ACCEPTED", "message": [{"language": "en", "text": "plug in"}]},
        "ACCEPTED",
        {"data": {"result": "ACCEPTED"}, "status_code": 1000, "timestamp": "2026-06-01T12:00:00Z"},
    ],
    ids=["bare", "with a message", "text", "in an envelope"],
)
async def test_a_result_moves_the_command_and_repeats_change_nothing(world: World, brands: Brands, cpo: Partner, body: object):
    command = await asked(world, brands.voltara, cpo.id)
    for _ in range(2):
        answer = await cpo.call("POST", f"commands/START_SESSION/{command}", body)
        assert (answer.status_code, answer.json()["status_code"]) == (200, 1000)
    moved, message = await state(world, brands.voltara)
    assert moved == "WAITING_FOR_PLUG"
    assert message == ("plug in" if isinstance(body, dict) and "message" in body else None)
    assert await world.events(brands.voltara) == ["command.changed.v1"] * 2


async def test_a_failed_start_is_failed_with_the_stations_reason(world: World, brands: Brands, cpo: Partner):
    command = await asked(world, brands.voltara, cpo.id)
    await cpo.call("POST", f"commands/START_SESSION/{command}", {"result": "EVSE_OCCUPIED"})
    rows = await world.rows(brands.voltara, "select state, reason from command")
    assert [tuple(row.values()) for row in rows] == [("FAILED", "EVSE_OCCUPIED")]


async def test_a_command_that_this_partner_never_got_is_404(world: World, brands: Brands, cpo: Partner, other: Partner):
    command = await asked(world, brands.voltara, cpo.id)
    bluefield = await world.partner(brands.voltara, "Bluefield")
    for partner in (other, bluefield):
        answer = await partner.call("POST", f"commands/START_SESSION/{command}", {"result": "ACCEPTED"})
        assert (answer.status_code, answer.json()["status_code"]) == (404, 2000)
    for path in (f"START_SESSION/{new_id()}", "START_SESSION/17", f"DANCE/{command}"):
        assert (await cpo.call("POST", f"commands/{path}", {"result": "ACCEPTED"})).status_code == 404
    assert await state(world, brands.voltara) == ("REQUESTED", None)


@pytest.mark.parametrize("body", [{}, {"result": None}, {"result": "PERHAPS"}, "PERHAPS", 7, []])
async def test_a_result_that_says_nothing_is_2001(world: World, brands: Brands, cpo: Partner, body: object):
    command = await asked(world, brands.voltara, cpo.id)
    answer = await cpo.call("POST", f"commands/START_SESSION/{command}", body)
    assert (answer.status_code, answer.json()["status_code"]) == (200, 2001)
    assert await state(world, brands.voltara) == ("REQUESTED", None)
