"""Whatever a partner sends, it gets an envelope, and it is never our failure."""

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from roamgrid.kernel import json
from roamgrid.ocpi.connections.model import Direction
from roamgrid.ocpi.versions import SPEECHES
from tests.conftest import Brands
from tests.ocpi.inbound import wire
from tests.ocpi.inbound.world import Partner, World

COMMAND = "commands/START_SESSION/00000000-0000-7000-8000-000000000001"


def pushes(version: str) -> tuple[tuple[str, str, Any], ...]:
    """One good request of each kind, as that version has it."""
    location = wire.in_version("location", wire.location(), version)
    session = wire.session(version=version)
    return (
        ("PUT", f"locations/{wire.OWNER}/LOC1", location),
        ("PATCH", f"locations/{wire.OWNER}/LOC1", location),
        ("PUT", f"locations/{wire.OWNER}/LOC1/E1", location["evses"][0]),
        ("PATCH", f"locations/{wire.OWNER}/LOC1/E1/1", location["evses"][0]["connectors"][0]),
        ("PUT", f"tariffs/{wire.OWNER}/T1", wire.in_version("tariff", wire.tariff(), version)),
        ("PATCH", f"tariffs/{wire.OWNER}/T1", wire.in_version("tariff", wire.tariff(), version)),
        ("PUT", f"sessions/{wire.OWNER}/S1", session),
        ("PATCH", f"sessions/{wire.OWNER}/S1", session),
        ("POST", "cdrs", wire.in_version("cdr", wire.cdr(), version)),
        ("POST", "tokens/04A1B2C3/authorize", {"location_id": "LOC1", "evse_uids": ["E1"]}),
        ("POST", COMMAND, {"result": "ACCEPTED"}),
    )


WORDS: tuple[Any, ...] = ("", " ", "\x00", "\ud7ff", "0", "-1", "24:00", "x" * 5000, None, True, [], {}, [[]], [None])
NUMBERS: tuple[Any, ...] = (-1, 0, 0.1, 1e300, 2**31, 2**63)
ODD = WORDS + NUMBERS
SEGMENTS = ("%00", "%2E%2E", "%2F", "", "NL", "GRF", "ß", "%FF", "x" * 300)
VALUES = st.one_of(st.sampled_from(ODD), st.text(max_size=20), st.integers(), st.floats(allow_nan=False, allow_infinity=False))


@st.composite
def spoiled(draw: st.DrawFn, version: str) -> tuple[str, str, Any]:
    """A push with one or two of its members replaced or left out, at any depth."""
    method, path, good = draw(st.sampled_from(pushes(version)))
    body = deepcopy(good)
    for _ in range(draw(st.integers(1, 2))):
        place: Any = body
        while True:
            keys = list(place) if isinstance(place, dict) else list(range(len(place)))
            if not keys:
                break
            key = draw(st.sampled_from(keys))
            if isinstance(place[key], dict | list) and draw(st.booleans()):
                place = place[key]
            elif isinstance(place, dict) and draw(st.booleans()):
                del place[key]
                break
            else:
                place[key] = deepcopy(draw(VALUES))
                break
    return method, path, body


@pytest.fixture(params=SPEECHES)
async def cpo(request: pytest.FixtureRequest, world: World, brands: Brands) -> Partner:
    """An operator of each version."""
    return await world.partner(brands.voltara, version=request.param)


@pytest.fixture
async def knowing(cpo: Partner) -> Partner:
    """An operator whose objects are known, so that partial updates have something to break."""
    for path, body in wire.pushes(cpo.version).values():
        await cpo.call("PUT", path, {**body, "last_updated": "2020-01-01T00:00:00Z"})
    return cpo


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
async def test_a_spoiled_push_gets_an_envelope(knowing: Partner, data: st.DataObject):
    method, path, body = data.draw(spoiled(knowing.version))
    answer = await knowing.call(method, path, body)
    assert answer.status_code in (200, 201, 404, 405), answer.text
    assert answer.json()["status_code"] in (1000, 2001, 2000, 2003, 2004)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    segments=st.lists(st.sampled_from(["%00", "%2E%2E", "%2F", "", "NL", "GRF", "ß", "%FF", "x" * 300]), min_size=1, max_size=5)
)
async def test_any_address_gets_an_envelope(cpo: Partner, segments: list[str]):
    for module in ("locations", "tariffs", "sessions", "cdrs", "tokens", "commands", "credentials", "cpo", "nothing"):
        answer = await cpo.call("GET", "/".join([module, *segments]))
        assert answer.status_code in (200, 404, 405), (module, answer.text)
        assert answer.json()["status_code"] in (1000, 2000, 2001, 2003)


BAD_BODIES = {
    "truncated": (b'{"id": "S1", "kwh": ', 400, 2000),
    "ten megabytes": (b'{"id": "' + b"x" * 10_000_000 + b'"}', 413, 2000),
    "deep nesting": (b'{"id": ' * 50_000 + b"1" + b"}" * 50_000, 400, 2000),
    "no object": (b"[]", 200, 2001),
    "wrong types": (b'{"id": {}, "kwh": [], "status": 7, "last_updated": true}', 200, 2001),
}


@pytest.mark.parametrize("body", BAD_BODIES)
async def test_a_bad_body_is_refused_clearly_and_nothing_is_applied(world: World, brands: Brands, cpo: Partner, body: str):
    content, http, code = BAD_BODIES[body]
    for module, (path, _) in wire.pushes(cpo.version).items():
        answer = await cpo.call("PUT", path, content)
        assert (answer.status_code, answer.json()["status_code"]) == (http, code), module
    for table in ("location", "tariff_version", "session"):
        assert await world.rows(brands.voltara, f"select 1 from {table}") == []


async def test_a_key_that_is_said_twice_counts_once_and_is_noted(world: World, brands: Brands, cpo: Partner):
    path, body = wire.pushes(cpo.version)["sessions"]
    twice = json.dumps(body)[:-1] + b', "kwh": 7.5}'
    assert (await cpo.call("PUT", path, twice)).json()["status_code"] == 1000
    rows = await world.rows(brands.voltara, "select kwh::text, validation from session")
    assert [tuple(row.values()) for row in rows] == [("7.5", "deviating")]
    noted = await world.rows(brands.voltara, "select code, example from ocpi_deviation where code = 'DUPLICATE_KEY'")
    assert [row["example"] for row in noted] == ["kwh"]


async def test_a_value_that_the_version_does_not_list_is_taken_and_noted(world: World, brands: Brands, cpo: Partner):
    path, body = wire.pushes(cpo.version)["locations"]
    evse = {**body["evses"][0], "status": "ON_FIRE"}
    assert (await cpo.call("PUT", path, {**body, "evses": [evse]})).json()["status_code"] == 1000
    noted = await world.rows(brands.voltara, "select field, example from ocpi_deviation where code = 'UNKNOWN_VALUE'")
    assert [(row["field"], row["example"]) for row in noted] == [("/evses/*/status", "ON_FIRE")]


async def test_another_party_in_the_path_is_404_and_in_the_body_2001(world: World, brands: Brands, cpo: Partner):
    for path, body in wire.pushes(cpo.version).values():
        elsewhere = path.replace(wire.OWNER, "DE/XYZ")
        answer = await cpo.call("PUT", elsewhere, body)
        assert (answer.status_code, answer.json()["status_code"]) == (404, 2000), path
        if cpo.version != "2.1.1":
            answer = await cpo.call("PUT", path, {**body, "party_id": "XYZ"})
            assert (answer.status_code, answer.json()["status_code"]) == (200, 2001), path
    assert await world.rows(brands.voltara, "select 1 from session") == []


async def test_a_token_a_opens_no_module(world: World, brands: Brands, cpo: Partner):
    async with world.database.work(brands.voltara) as work:
        await world.connections.add(
            work, name="New", direction=Direction.THEY_REGISTER, our_token="token-a", version=cpo.version, dialect="default"
        )
    invited = Partner(world.http, "voltara", "token-a", cpo.id, cpo.version)
    for path, body in wire.pushes(cpo.version).values():
        assert (await invited.call("PUT", path, body)).status_code == 401
    for method, path in (("GET", "tokens"), ("POST", "tokens/X/authorize"), ("POST", "cdrs"), ("POST", COMMAND)):
        assert (await invited.call(method, path)).status_code == 401, path
    assert (await invited.call("GET", "credentials")).status_code == 200
