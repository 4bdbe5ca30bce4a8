"""Generated operations against the served API: whatever the schema allows never ends in a server error."""

import asyncio

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.core.result import Ok

from tests import builders
from tests.graphql.world import headers_of
from tests.products.network import store

EXAMPLES = 12
EXPECTED = {
    "BAD_REQUEST",
    "BAD_USER_INPUT",
    "COST_LIMIT",
    "DEPTH_LIMIT",
    "ALIAS_LIMIT",
    "MUTATION_LIMIT",
    "GRAPHQL_VALIDATION_FAILED",
    "RECEIPT_UNKNOWN",
    "UNAUTHENTICATED",
}
"""What a client can do wrong; INTERNAL_SERVER_ERROR is not among it.

schemathesis' own check takes every error with a path for a server error, UNAUTHENTICATED too.
"""


def fuzz(url: str, headers: dict[str, str]) -> list[str]:
    """Every query and mutation with generated arguments and selections. Returns the names of the fields tried."""
    schema = schemathesis.graphql.from_url(url, headers=headers)
    tried = []
    for result in schema.get_all_operations():
        assert isinstance(result, Ok)
        operation = result.ok()
        tried.append(operation.label)

        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            database=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.explicit, Phase.generate],
        )
        @given(case=operation.as_strategy())
        def holds(case):
            answer = case.call(headers=headers)
            codes = [error["extensions"]["code"] for error in answer.json().get("errors", [])]
            assert answer.status_code < 500, case
            assert set(codes) <= EXPECTED, (case, answer.json())

        holds()
    return tried


@pytest.mark.parametrize("signed_in", [False, True])
async def test_no_generated_operation_breaks_the_server(world, brands, signed_in):
    await store(world.database, brands.voltara, [builders.location()], [builders.tariff()])
    token = await world.signed_in(brands.voltara) if signed_in else None
    tried = await asyncio.to_thread(fuzz, f"{world.url}/graphql", headers_of(brands.voltara, token))
    assert {"Query.stations", "Query.node", "Mutation.startSession", "Mutation.signIn"} <= set(tried)
