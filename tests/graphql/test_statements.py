"""No N+1: how many statements an operation takes does not depend on how much it shows."""

from contextlib import contextmanager

from psycopg import AsyncCursor

from roamgrid.canonical.session import SessionStatus
from tests.builders import connector, evse, location, tariff
from tests.graphql.charging import offer_id, start, started
from tests.products.network import store

STATIONS = """{ stations(near: {lat: 52.09, lon: 5.12, radiusKm: 50}, first: 100) { edges { node {
    name evses { status connectors { offer { id components { text } } } } } } } }"""
MINE = """{ me { email } sessions { edges { node { state place { name } offer { tariffVersion }
    cdr { verdict } receipt { number lines { text } } } } } }"""


HOUSEKEEPING = ("set_config", "platform.tenant", "pg_catalog", "pg_type", "current_schema", "standard_conforming_strings")


@contextmanager
def counted(monkeypatch):
    """The statements that go to the database, but for pings, the directory, and what opens a connection."""
    statements = []
    execute = AsyncCursor.execute

    async def counting(self, query, *args, **kwargs):
        text = query.as_string(self) if hasattr(query, "as_string") else str(query)
        if text.strip(" ;") and not any(word in text for word in HOUSEKEEPING):
            statements.append(text)
        return await execute(self, query, *args, **kwargs)

    with monkeypatch.context() as patch:
        patch.setattr(AsyncCursor, "execute", counting)
        yield statements


def network(sites):
    return [
        location(f"L{n}", *(evse(f"E{n}-{k}", connector(id="1"), connector(id="2")) for k in range(3)), lat=f"52.{n:03}")
        for n in range(sites)
    ]


async def test_a_page_of_stations_with_prices_takes_six_statements(world, brands, monkeypatch):
    token = await world.signed_in(brands.voltara)
    for sites in (2, 40):
        await store(world.database, brands.voltara, network(sites), [tariff()])
        await world.data(brands.voltara, STATIONS, token=token)
        with counted(monkeypatch) as statements:
            answer = await world.data(brands.voltara, STATIONS, token=token)
        assert len(answer["stations"]["edges"]) == sites
        assert [first_words(statement) for statement in statements] == [
            "search",
            "evse",
            "connector",
            "driver",
            "plan_version",
            "superseded",
        ], statements


def first_words(statement):
    known = ("search", "superseded", "connector", "plan_version", "driver", "evse")
    return next((word for word in known if word in statement), statement)


async def test_a_history_with_receipts_takes_as_many_statements_for_one_as_for_five(world, brands, monkeypatch):
    taken: list[list[list[str]]] = []
    charge = await started(world, brands.voltara)
    for sessions in range(1, 6):
        await charge.reports_session(SessionStatus.COMPLETED, "10", minutes=60)
        await charge.sends_cdr("10", "4.00")
        with counted(monkeypatch) as statements:
            answer = await world.data(brands.voltara, MINE, token=charge.token)
        edges = answer["sessions"]["edges"]
        assert [edge["node"]["state"] for edge in edges] == ["BILLED"] * sessions
        taken.append(sorted(statement.split()[:4] for statement in statements))
        charge = await again(world, brands.voltara, charge)
    assert taken == [taken[0]] * 5


async def again(world, ctx, charge):
    """Another charge of the same driver."""
    answer = await start(world, ctx, charge.token, await offer_id(world, ctx, charge.token))
    await world.settle()
    return type(charge)(world, ctx, charge.token, answer["session"]["id"], reference_of(world), charge.token_uid)


def reference_of(world):
    return world.operator.asked[-1].authorization_reference
