"""What only shows when a partner calls us: counted on the connection, and read by the next run of the kit."""

import pytest

from roamgrid.canonical.party import PartyId
from roamgrid.ocpi.conformance.opening import seen_in_traffic
from roamgrid.ocpi.dialects.signs import Sign
from roamgrid.ocpi.wire.common.deviations import Code
from roamgrid.sandbox.ocpi.quirks import Quirk
from roamgrid.tenancy.database import Database
from tests.conftest import Brands
from tests.ocpi.conformance.world import Operator, Room, charge, register, sandbox_operator, served_room
from tests.sandbox.serving import eventually

VOLTARA = PartyId("NL", "VLT")
COUNTED = {
    Quirk.PLAIN_TOKEN: Code.TOKEN_FORM,
    Quirk.TOKEN_WITH_NEWLINE: Code.TOKEN_FORM,
    Quirk.NO_ROUTING_HEADERS: Code.ROUTING_MISSING,
    Quirk.CDR_POSTED_WITH_OWNER_PATH: Code.OWNER_PATH,
    Quirk.PATCH_WITHOUT_DATE: Code.REFUSED,
    Quirk.PATCH_FULL_PERIODS: Code.PERIODS_REPEATED,
}


async def counted(room: Room, brands: Brands) -> set[str]:
    rows = await room.world.rows(brands.voltara, "select distinct code from ocpi_deviation")
    return {row["code"] for row in rows}


async def charged_with(room: Room, brands: Brands, operator: Operator, *quirks: Quirk, dialect: str = "default"):
    connection = await register(room, brands.voltara, operator, dialect)
    await operator.quirks(*quirks)
    await charge(room, brands.voltara, operator, connection, VOLTARA)

    async def billed() -> object:
        return await room.world.rows(brands.voltara, "select 1 from cdr")

    await eventually(billed)
    return connection


@pytest.mark.parametrize("quirk", COUNTED)
async def test_how_a_partner_calls_is_counted(database: Database, brands: Brands, quirk: Quirk):
    async with served_room(database) as room, sandbox_operator("2.2.1") as operator:
        await charged_with(room, brands, operator, quirk)

        async def noted() -> object:
            return COUNTED[quirk].value in await counted(room, brands)

        await eventually(noted)


async def test_a_well_behaved_partner_is_not_accused(database: Database, brands: Brands):
    async with served_room(database) as room, sandbox_operator("2.2.1") as operator:
        await charged_with(room, brands, operator)
        assert not await counted(room, brands) & {code.value for code in COUNTED.values()}


async def test_undated_patches_call_for_a_dialect_that_takes_them(database: Database, brands: Brands):
    async with served_room(database) as room, sandbox_operator("2.2.1") as operator:
        connection = await charged_with(room, brands, operator, Quirk.PATCH_WITHOUT_DATE)
        async with database.work(brands.voltara) as work:
            assert Sign.PATCH_UNDATED in {one.sign for one in await seen_in_traffic(work, connection)}
        report = await room.check(brands.voltara, connection.id, VOLTARA, only=["versions"])
        assert "undated_patch" in {one.dialect for one in report.suggestions}


async def test_the_dialect_takes_undated_patches(database: Database, brands: Brands):
    async with served_room(database) as room, sandbox_operator("2.2.1") as operator:
        await charged_with(room, brands, operator, Quirk.PATCH_WITHOUT_DATE, dialect="undated_patch")
        assert Code.REFUSED.value not in await counted(room, brands)
