"""Registering with a partner that misbehaves from the first call on."""

import pytest

from roamgrid.ocpi.connections.model import InterfaceRole
from roamgrid.ocpi.dialects.dialect import UnknownDialect
from roamgrid.sandbox.ocpi.quirks import Quirk
from roamgrid.tenancy.database import Database
from tests.conftest import Brands
from tests.ocpi.conformance.world import register, sandbox_operator, served_room

COMMANDS = ("commands", InterfaceRole.RECEIVER)


async def test_endpoints_without_a_host_are_found(database: Database, brands: Brands):
    async with served_room(database) as room, sandbox_operator("2.2.1") as operator:
        await operator.quirks(Quirk.RELATIVE_URLS, Quirk.HTTP_403_FOR_UNAUTHORIZED)
        connection = await register(room, brands.voltara, operator)
        assert all(endpoint.url.startswith(operator.url) for endpoint in connection.endpoints)
        assert (await room.pull.sync(brands.voltara, connection, full=True)).succeeded


async def test_commands_that_are_not_listed_are_reached_after_a_change_of_dialect(database: Database, brands: Brands):
    async with served_room(database) as room, sandbox_operator("2.2.1") as operator:
        await operator.quirks(Quirk.COMMANDS_UNLISTED)
        before = await register(room, brands.voltara, operator)
        after = await room.handshake.set_dialect(brands.voltara, before.id, "unlisted_commands")
        assert before.endpoint(*COMMANDS) is None
        assert after.endpoint(*COMMANDS) == f"{operator.url}/ocpi/2.2.1/commands"


async def test_a_dialect_that_does_not_exist_changes_nothing(database: Database, brands: Brands):
    async with served_room(database) as room, sandbox_operator("2.2.1") as operator:
        connection = await register(room, brands.voltara, operator, "wh_energy")
        with pytest.raises(UnknownDialect):
            await room.handshake.set_dialect(brands.voltara, connection.id, "wh_energy+nonsense")
        assert (await room.connection(brands.voltara, connection.id)).dialect == "wh_energy"


async def test_no_token_is_in_a_connections_text(database: Database, brands: Brands):
    async with served_room(database) as room, sandbox_operator("2.2.1") as operator:
        connection = await register(room, brands.voltara, operator)
        assert connection.their_token is not None
        assert connection.their_token not in repr(connection)
