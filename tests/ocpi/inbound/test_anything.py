"""Whatever a partner sends, it gets an envelope, and it is never our failure."""

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.ocpi.inbound import wire
from tests.ocpi.inbound.world import Partner

COMMAND = "commands/START_SESSION/00000000-0000-7000-8000-000000000001"
PUSHES: tuple[tuple[str, str, Any], ...] = (
    ("PUT", f"locations/{wire.OWNER}/LOC1", wire.location()),
    ("PATCH", f"locations/{wire.OWNER}/LOC1", wire.location()),
    ("PUT", f"locations/{wire.OWNER}/LOC1/E1", wire.evse()),
    ("PATCH", f"locations/{wire.OWNER}/LOC1/E1/1", wire.connector()),
    ("PUT", f"tariffs/{wire.OWNER}/T1", wire.tariff()),
    ("PUT", f"sessions/{wire.OWNER}/S1", wire.session()),
    ("PATCH", f"sessions/{wire.OWNER}/S1", wire.session()),
    ("POST", "cdrs", wire.cdr()),
    ("POST", "tokens/04A1B2C3/authorize", {"location_id": "LOC1", "evse_uids": ["E1"]}),
    ("POST", COMMAND, {"result": "ACCEPTED"}),
)
WORDS: tuple[Any, ...] = ("", " ", "\x00", "\ud7ff", "0", "-1", "24:00", "x" * 5000, None, True, [], {}, [[]], [None])
NUMBERS: tuple[Any, ...] = (-1, 0, 0.1, 1e300, 2**31, 2**63)
ODD = WORDS + NUMBERS
SEGMENTS = ("%00", "%2E%2E", "%2F", "", "NL", "GRF", "ß", "%FF", "x" * 300)
VALUES = st.one_of(st.sampled_from(ODD), st.text(max_size=20), st.integers(), st.floats(allow_nan=False, allow_infinity=False))


@st.composite
def spoiled(draw: st.DrawFn) -> tuple[str, str, Any]:
    """A push with one or two of its members replaced or left out, at any depth."""
    method, path, good = draw(st.sampled_from(PUSHES))
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
                place[key] = draw(VALUES)
                break
    return method, path, body


@pytest.fixture
async def knowing(cpo: Partner) -> Partner:
    """An operator whose location and session are known, so that partial updates have something to break."""
    await cpo.call("PUT", f"locations/{wire.OWNER}/LOC1", wire.location(last_updated="2020-01-01T00:00:00Z"))
    await cpo.call("PUT", f"sessions/{wire.OWNER}/S1", wire.session(last_updated="2020-01-01T00:00:00Z"))
    return cpo


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(push=spoiled())
async def test_a_spoiled_push_gets_an_envelope(knowing: Partner, push: tuple[str, str, Any]):
    method, path, body = push
    answer = await knowing.call(method, path, body)
    assert answer.status_code in (200, 201, 404), answer.text
    assert answer.json()["status_code"] in (1000, 2001, 2000, 2003, 2004)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    segments=st.lists(st.sampled_from(["%00", "%2E%2E", "%2F", "", "NL", "GRF", "ß", "%FF", "x" * 300]), min_size=1, max_size=5)
)
async def test_any_address_gets_an_envelope(cpo: Partner, segments: list[str]):
    for module in ("locations", "tariffs", "sessions", "cdrs", "tokens", "commands", "credentials", "nothing"):
        answer = await cpo.call("GET", "/".join([module, *segments]))
        assert answer.status_code in (200, 404, 405), (module, answer.text)
        assert answer.json()["status_code"] in (1000, 2000, 2001, 2003)
