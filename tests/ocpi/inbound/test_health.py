"""What we know of each partner's behaviour."""

from roamgrid.ocpi.connections import deviations
from roamgrid.ocpi.connections.health import list_with_health
from roamgrid.ocpi.connections.model import ConnectionStatus
from roamgrid.ocpi.wire.common.deviations import Code, Deviation
from tests.conftest import Brands
from tests.ocpi.inbound.wire import OWNER, location
from tests.ocpi.inbound.world import Partner, World


async def test_deviations_are_counted_by_field_with_the_last_example(world: World, brands: Brands, cpo: Partner):
    async with world.database.work(brands.voltara) as work:
        found = [Deviation(Code.NULL_FIELD, "/name", "null")] * 3 + [Deviation(Code.TOO_LONG, "/city", "x" * 900)]
        await deviations.record(work, cpo.id, "locations", found)
        await deviations.record(work, cpo.id, "locations", [Deviation(Code.NULL_FIELD, "/name", "none\0")])
        await deviations.record(work, cpo.id, "locations", [])
    rows = await world.rows(brands.voltara, "select code, field, count, example from ocpi_deviation order by code")
    assert [tuple(row.values()) for row in rows] == [
        ("NULL_FIELD", "/name", 4, "none\N{REPLACEMENT CHARACTER}"),
        ("TOO_LONG", "/city", 1, "x" * 200),
    ]


async def test_every_connection_is_listed_with_its_health(world: World, brands: Brands, cpo: Partner, other: Partner):
    bluefield = await world.partner(brands.voltara, "Bluefield")
    await cpo.call("PUT", f"locations/{OWNER}/LOC1", location(name=None))
    await cpo.call("PUT", f"locations/{OWNER}/LOC2", location("LOC2", coordinates=None))
    async with world.database.work(brands.voltara) as work:
        await work.conn.execute(
            "insert into ocpi_pull (connection, module, last_error, objects) values (%s, 'locations', 'HTTP 502', 7)", (cpo.id,)
        )
        await world.connections.suspend(work, bluefield.id)
        listed = await list_with_health(work, world.connections)
    assert [(item.connection.name, item.connection.status) for item in listed] == [
        ("Greenfield", ConnectionStatus.REGISTERED),
        ("Bluefield", ConnectionStatus.SUSPENDED),
    ]
    greenfield, quiet = listed
    assert greenfield.connection.last_contact_at is not None
    assert [(item.code, item.count) for item in greenfield.deviations] == [("NULL_FIELD", 1), ("REFUSED", 1)]
    assert [(item.module, item.last_error, item.objects) for item in greenfield.pulls] == [("locations", "HTTP 502", 7)]
    assert (greenfield.refused, quiet.refused, quiet.deviations, quiet.connection.last_contact_at) == (1, 0, (), None)
