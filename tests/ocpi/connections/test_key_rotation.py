"""A deployment changes its secret key: partners' tokens stay readable all the way."""

import pytest
from cryptography.fernet import InvalidToken

from roamgrid.kernel.crypto import Vault
from roamgrid.ocpi.connections.model import Direction
from roamgrid.ocpi.connections.store import Connections
from tests.conftest import Brands

OLD, NEW = b"the key of last year", b"the key of this year"


async def _add(database, ctx, name):
    async with database.work(ctx) as work:
        return await Connections(Vault(OLD)).add(
            work,
            name=name,
            direction=Direction.WE_REGISTER,
            our_token=f"ours {name} {ctx.tenant}",
            version="2.2.1",
            dialect="default",
            their_token=f"theirs {name}",
        )


async def _token(database, ctx, connection, *keys):
    async with database.work(ctx) as work:
        return (await Connections(Vault(*keys)).get(work, connection.id)).their_token


async def test_resealed_tokens_open_with_the_new_key_alone(database, brands: Brands):
    ours, others = await _add(database, brands.voltara, "one"), await _add(database, brands.kilowind, "two")
    async with database.work(brands.voltara) as work:
        assert await Connections(Vault(NEW, OLD)).reseal(work) == 1
    assert await _token(database, brands.voltara, ours, NEW) == "theirs one"
    with pytest.raises(InvalidToken):
        await _token(database, brands.voltara, ours, OLD)
    assert await _token(database, brands.kilowind, others, NEW, OLD) == "theirs two"
    with pytest.raises(InvalidToken):
        await _token(database, brands.kilowind, others, NEW)


async def test_without_the_retired_key_nothing_is_changed(database, brands: Brands):
    connection = await _add(database, brands.voltara, "one")
    with pytest.raises(InvalidToken):
        async with database.work(brands.voltara) as work:
            await Connections(Vault(NEW)).reseal(work)
    assert await _token(database, brands.voltara, connection, OLD) == "theirs one"
