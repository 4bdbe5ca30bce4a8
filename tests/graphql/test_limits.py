"""No single operation can ask for too much; what the app asks is far from the limits."""

import pytest
from graphql import build_schema, parse, validate

from roamgrid.graphql.common.limits import MAX_ALIASES, MAX_COST, MAX_DEPTH, MAX_TOKENS, RULES
from roamgrid.graphql.driver.schema import driver_schema

WITHIN = "{ edges { node { evses { connectors { offer { components { text } } } } } } }"
PAGE = "stations(near: {lat: 52, lon: 5}, first: 100) " + WITHIN


def three(field):
    """The same field three times."""
    return "{ " + " ".join(f"p{number}: {field}" for number in range(3)) + " }"


def codes(query):
    return [found["code"] for found in extensions(query)]


def extensions(query):
    errors = validate(driver_schema()._schema, parse(query), RULES)
    return [dict(error.extensions or {}) for error in errors]


def test_a_full_page_of_stations_with_prices_is_allowed():
    assert codes("{ " + PAGE + " }") == []


def test_three_full_pages_at_once_are_not_and_the_cost_is_told():
    (found,) = extensions(three(PAGE))
    assert found["code"] == "COST_LIMIT"
    assert found["cost"] > MAX_COST


def test_a_page_size_in_a_variable_counts_in_full():
    page = "stations(near: {lat: 52, lon: 5}, first: $first) " + WITHIN
    assert codes("query($first: Int) " + three(page)) == ["COST_LIMIT"]


def test_a_page_without_a_size_counts_as_the_default_page():
    assert codes(three("stations(near: {lat: 52, lon: 5}) " + WITHIN)) == []


def test_aliases_are_limited():
    allowed = " ".join(f"a{number}: __typename" for number in range(MAX_ALIASES))
    assert codes("{ " + allowed + " }") == []
    assert codes("{ " + allowed + " one_more: __typename }") == ["ALIAS_LIMIT"]


def test_mutations_are_limited():
    mutation = 'm%d: requestLoginCode(input: {email: "a@example.org"}) { __typename }'
    assert codes("mutation { " + " ".join(mutation % number for number in range(4)) + " }") == []
    assert codes("mutation { " + " ".join(mutation % number for number in range(5)) + " }") == ["MUTATION_LIMIT"]


def test_depth_is_limited_and_counts_through_fragments():
    """The driver schema is not deep enough for this rule; another schema may be."""
    endless = build_schema("type Query { a: Query leaf: Int }")

    def found(query):
        return [dict(error.extensions or {})["code"] for error in validate(endless, parse(query), RULES)]

    def nested(levels):
        return "{ " + "a { " * (levels - 1) + "leaf" + " }" * levels

    assert found(nested(MAX_DEPTH)) == []
    assert found(nested(MAX_DEPTH + 1)) == ["DEPTH_LIMIT"]
    assert found("{ a { ...Rest } } fragment Rest on Query " + nested(MAX_DEPTH)) == ["DEPTH_LIMIT"]


def test_fragments_within_fragments_do_not_make_the_measuring_expensive():
    fragments = " ".join(f"fragment F{n} on Query {{ ...F{n + 1} ...F{n + 1} }}" for n in range(60))
    assert codes("{ ...F0 } " + fragments + " fragment F60 on Query { __typename }") == []


def test_fragments_in_a_circle_do_not_hang():
    assert codes("{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }") == []


@pytest.mark.parametrize("size", [MAX_TOKENS + 1])
async def test_tokens_are_limited(world, brands, size):
    answer = await world.ask(brands.voltara, "{ " + "__typename " * size + "}")
    assert "errors" in answer
    assert "data" not in answer or answer["data"] is None
