"""Every field and mutation with the other brand's ids and offers: not found, and nothing changed on either side."""

import psycopg
import pytest

from roamgrid.canonical.command import CommandResult
from roamgrid.canonical.session import SessionStatus
from tests import builders
from tests.graphql.charging import STOP, offer_id, start, started
from tests.products.network import store

pytestmark = pytest.mark.isolation


@pytest.fixture
async def charge(world, brands):
    """A billed charge of Voltara's Anna; Kilowind has an Anna, a network and plans of its own."""
    await store(world.database, brands.kilowind, [builders.location("KW")], [builders.tariff()])
    charge = await started(world, brands.voltara)
    await charge.station_answers(CommandResult.ACCEPTED)
    await charge.reports_session(SessionStatus.COMPLETED, "10", minutes=60)
    await charge.sends_cdr("10", "4.00")
    return charge


@pytest.fixture
async def ids(world, brands, charge):
    """Everything of Voltara that has an id."""
    query = """{ me { id } sessions { edges { cursor node { id } } } receipts { edges { cursor node { id } } }
                 stations(near: {lat: 52.0907, lon: 5.1214}) { edges { node { id evses { id connectors { id } } } } } }"""
    data = await world.data(brands.voltara, query, token=charge.token)
    station = data["stations"]["edges"][0]["node"]
    return {
        "Driver": data["me"]["id"],
        "Session": data["sessions"]["edges"][0]["node"]["id"],
        "Receipt": data["receipts"]["edges"][0]["node"]["id"],
        "receipts.after": data["receipts"]["edges"][0]["cursor"],
        "sessions.after": data["sessions"]["edges"][0]["cursor"],
        "Evse": station["evses"][0]["id"],
        "Connector": station["evses"][0]["connectors"][0]["id"],
    }


def everything(database_url):
    """All rows of both brands, to see that nothing changed."""
    with psycopg.connect(database_url) as owner:
        tables = owner.execute(
            "select schemaname, tablename from pg_tables where schemaname like 't\\_%' order by 1, 2"
        ).fetchall()
        return {
            (schema, table): owner.execute(f'select t::text from "{schema}"."{table}" t order by 1').fetchall()
            for schema, table in tables
        }


@pytest.mark.parametrize("type_", ["Driver", "Session", "Receipt", "Evse", "Connector"])
async def test_the_other_brands_objects_are_not_nodes(world, brands, ids, type_):
    token = await world.signed_in(brands.kilowind)
    answer = await world.data(brands.kilowind, "query($id: ID!) { node(id: $id) { id } }", {"id": ids[type_]}, token)
    assert answer == {"node": None}


@pytest.mark.parametrize(("field", "type_"), [("session", "Session"), ("receipt", "Receipt")])
async def test_the_other_brands_objects_are_null(world, brands, ids, field, type_):
    token = await world.signed_in(brands.kilowind)
    query = f"query($id: ID!) {{ {field}(id: $id) {{ id }} }}"
    assert await world.data(brands.kilowind, query, {"id": ids[type_]}, token) == {field: None}


async def test_histories_are_empty_and_cursors_of_the_other_brand_open_nothing(world, brands, ids):
    token = await world.signed_in(brands.kilowind)
    lists = "{ sessions { edges { cursor } } receipts { edges { cursor } } }"
    assert await world.data(brands.kilowind, lists, token=token) == {"sessions": {"edges": []}, "receipts": {"edges": []}}
    query = "query($after: String) { sessions(after: $after) { edges { cursor } } }"
    answer = await world.data(brands.kilowind, query, {"after": ids["sessions.after"]}, token)
    assert answer == {"sessions": {"edges": []}}
    query = "query($after: String) { receipts(after: $after) { edges { cursor } } }"
    refused = await world.ask(brands.kilowind, query, {"after": ids["receipts.after"]}, token)
    assert refused["errors"][0]["extensions"]["code"] == "RECEIPT_UNKNOWN"


async def test_the_other_brands_offer_cannot_be_taken(world, brands, charge, database_url):
    offer = await offer_id(world, brands.voltara, charge.token)
    token = await world.signed_in(brands.kilowind)
    before, asked = everything(database_url), len(world.operator.asked)
    answer = await start(world, brands.kilowind, token, offer)
    assert answer["__typename"] == "OfferNotFoundError"
    assert (everything(database_url), len(world.operator.asked)) == (before, asked)


async def test_somebody_elses_offer_cannot_be_taken_either(world, brands, charge, database_url):
    offer = await offer_id(world, brands.voltara, charge.token)
    bob = await world.signed_in(brands.voltara, "bob@example.org")
    before = everything(database_url)
    assert (await start(world, brands.voltara, bob, offer))["__typename"] == "OfferNotFoundError"
    assert everything(database_url) == before


async def test_the_other_brands_session_cannot_be_stopped(world, brands, ids, database_url):
    token = await world.signed_in(brands.kilowind)
    before, asked = everything(database_url), len(world.operator.asked)
    answer = await world.data(brands.kilowind, STOP, {"id": ids["Session"]}, token)
    assert answer["stopSession"]["__typename"] == "SessionNotFoundError"
    assert (everything(database_url), len(world.operator.asked)) == (before, asked)


async def test_a_login_code_of_one_brand_is_no_code_at_another(world, brands, database_url):
    request = (
        'mutation { requestLoginCode(input: {email: "eve@example.org"}) { ... on RequestLoginCodePayload { sandboxCode } } }'
    )
    code = (await world.data(brands.voltara, request))["requestLoginCode"]["sandboxCode"]
    sign_in = """mutation($code: String!) { signIn(input: {email: "eve@example.org", code: $code}) {
        ... on SignInPayload { driver { email } } ... on Error { code } } }"""
    answer = await world.data(brands.kilowind, sign_in, {"code": code})
    assert answer["signIn"] == {"code": "INVALID_CODE"}
    assert everything(database_url)[("t_kilowind", "driver")] == []
    assert (await world.data(brands.voltara, sign_in, {"code": code}))["signIn"] == {"driver": {"email": "eve@example.org"}}


async def test_the_same_person_is_two_drivers_at_two_brands(world, brands):
    query = "{ me { id email } }"
    ids = set()
    for ctx in (brands.voltara, brands.kilowind):
        ids.add((await world.data(ctx, query, token=await world.signed_in(ctx)))["me"]["id"])
    assert len(ids) == 2
