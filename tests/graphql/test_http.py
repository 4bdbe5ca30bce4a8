"""The HTTP surface: hosts, tokens, bodies, the workbench."""

import re

import httpx
import pytest
from graphql import parse, specified_rules, validate

from roamgrid.graphql.common.limits import RULES
from roamgrid.graphql.driver.schema import driver_schema
from tests.graphql.world import headers_of


@pytest.fixture
async def client():
    async with httpx.AsyncClient() as opened:
        yield opened


async def test_an_unknown_host_is_404_in_json(world, client):
    answer = await client.post(f"{world.url}/graphql", json={"query": "{ me { id } }"}, headers={"host": "nobody.localhost"})
    assert answer.status_code == 404
    assert answer.json()["errors"][0]["extensions"]["code"] == "UNKNOWN_TENANT"


@pytest.mark.parametrize("body", [b"{", b"", b"[1]", b'"text"', b"7", b"null", b"\xff\xfe", b"[" * 100_000])
async def test_malformed_json_is_400(world, brands, client, body):
    headers = headers_of(brands.voltara) | {"content-type": "application/json"}
    answer = await client.post(f"{world.url}/graphql", content=body, headers=headers)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["extensions"]["code"] == "BAD_REQUEST"


async def test_a_body_that_is_too_large_is_413(world, brands, client):
    answer = await client.post(
        f"{world.url}/graphql", json={"query": "{ me { id } }" + " " * 300_000}, headers=headers_of(brands.voltara)
    )
    assert answer.status_code == 413


@pytest.mark.parametrize("header", ["Bearer nonsense", "Basic dXNlcjpwdw==", "Bearer"])
async def test_a_token_that_is_not_valid_is_refused_and_never_taken_for_no_token(world, brands, client, header):
    headers = headers_of(brands.voltara) | {"authorization": header}
    answer = await client.post(f"{world.url}/graphql", json={"query": "{ me { id } }"}, headers=headers)
    assert answer.status_code == 401
    assert answer.json()["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


async def test_a_token_of_another_brand_is_refused(world, brands, client):
    token = await world.signed_in(brands.kilowind)
    answer = await client.post(
        f"{world.url}/graphql", json={"query": "{ me { id } }"}, headers=headers_of(brands.voltara, token)
    )
    assert answer.status_code == 401


async def test_without_a_token_me_is_an_error_with_a_code_and_a_hint(world, brands):
    answer = await world.ask(brands.voltara, "{ me { id } }")
    assert answer["data"] == {"me": None}
    assert answer["errors"][0]["extensions"] == {"code": "UNAUTHENTICATED", "hint": "Sign in and send the access token."}


async def test_mutations_do_not_go_by_get(world, brands, client):
    params = {"query": 'mutation { requestLoginCode(input: {email: "a@example.org"}) { __typename } }'}
    answer = await client.get(f"{world.url}/graphql", params=params, headers=headers_of(brands.voltara))
    assert answer.status_code == 400


async def test_what_was_not_foreseen_says_nothing_about_our_inside(world, brands, monkeypatch):
    async def broken(*_):
        raise RuntimeError("postgresql://user:password@inside")

    monkeypatch.setattr("roamgrid.graphql.driver.query.locations.station", broken)
    answer = await world.ask(brands.voltara, '{ station(id: "U3RhdGlvbjox") { id } }')
    assert answer["errors"][0]["message"] == "something went wrong on our side"
    assert answer["errors"][0]["extensions"] == {"code": "INTERNAL_SERVER_ERROR"}


async def test_the_workbench_is_one_page_that_asks_nobody_else(world, brands, client):
    answer = await client.get(f"{world.url}/graphql", headers=headers_of(brands.voltara) | {"accept": "text/html"})
    assert answer.status_code == 200
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert re.findall(r"""(?:src|href)\s*=|https?://|@import|url\(""", answer.text) == []
    assert "requestLoginCode" in answer.text


async def test_the_workbench_can_read_the_schema(world, brands, client):
    page = (await client.get(f"{world.url}/graphql", headers=headers_of(brands.voltara) | {"accept": "text/html"})).text
    introspection = re.search(r"const INTROSPECTION = `(.*?)`;", page, re.DOTALL)
    assert introspection is not None
    types = (await world.data(brands.voltara, introspection.group(1)))["__schema"]["types"]
    assert {"Query", "Mutation", "Subscription", "Station"} <= {type_["name"] for type_ in types}


async def test_every_example_of_the_workbench_is_a_valid_operation(world, brands, client):
    page = (await client.get(f"{world.url}/graphql", headers=headers_of(brands.voltara) | {"accept": "text/html"})).text
    samples = re.findall(r'": \[\s*`(.*?)`', page, re.DOTALL)
    assert len(samples) == 7
    for sample in samples:
        assert validate(driver_schema()._schema, parse(sample), [*specified_rules, *RULES]) == []
