"""schemathesis over every operation that the OpenAPI documents describe: no server error, always an OCPI envelope."""

import asyncio
from base64 import b64encode
from urllib.parse import unquote

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import response_schema_conformance, status_code_conformance
from starlette.applications import Starlette

from roamgrid.kernel import json
from roamgrid.ocpi.connections.model import AsRole
from roamgrid.ocpi.openapi.documents import ocpi_document
from roamgrid.ocpi.versions import SPEECHES
from roamgrid.ocpi.wire.common.envelope import read_envelope
from tests.ocpi.inbound.world import GREENFIELD, open_world
from tests.sandbox.serving import reserved_port, served

EXAMPLES = 5
QUIET = settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)
OWNED = {"country_code": GREENFIELD.country_code, "party_id": GREENFIELD.party_id}
PLAUSIBLE = {
    "currency": "EUR",
    "time_zone": "Europe/Amsterdam",
    "country": "NLD",
    "coordinates": {"latitude": "52.370216", "longitude": "4.895168"},
    "elements": [{"price_components": [{"type": "ENERGY", "price": 0.5, "step_size": 1}]}],
}
"""What a schema cannot say: that it must be a currency, a zone, a place."""
OBJECTS = ("/{location_id}", "/{tariff_id}", "/{session_id}")


def document_of(version, server):
    return json.loads(json.dumps(ocpi_document(version, server=server)))


def spared(operation):
    """The handshake has tests of its own: a generated DELETE or PUT of credentials would end the connection under test."""
    return operation.path.endswith("/credentials") and operation.method.upper() != "GET"


def unrouted(case):
    """Without routing headers: generated ones name parties that nobody is."""
    for name in [name for name in case.headers or () if name.lower().startswith("ocpi-")]:
        del case.headers[name]


def owned(case):
    """The same call about an object of the caller's own, with a body that says so too."""
    case.path_parameters.update({name: value for name, value in OWNED.items() if name in (case.path_parameters or {})})
    if isinstance(case.body, dict) and "{country_code}" in case.path:
        said = OWNED | PLAUSIBLE
        if case.path.endswith(OBJECTS):
            said["id"] = unquote(case.path_parameters[case.path.rpartition("{")[2].removesuffix("}")])
        if case.path.endswith("/{token_uid}"):
            said["uid"] = unquote(case.path_parameters["token_uid"])
            (case.query or {}).pop("type", None)
        case.body |= {name: value for name, value in said.items() if name in case.body}


def envelope_of(response, case):
    assert response.status_code < 500, case.as_curl_command()
    assert response.headers["content-type"] == ["application/json"], case.as_curl_command()
    envelope = read_envelope(response.content)
    assert envelope.succeeded <= (response.status_code < 300), case.as_curl_command()
    return envelope


def fuzz(document, headers):
    """Every operation with generated input, the caller's own objects and others'. Returns the labels tried."""
    schema = schemathesis.openapi.from_dict(document)
    schema.config.update(base_url=document["servers"][0]["url"])
    tried = []
    for result in schema.get_all_operations():
        assert isinstance(result, Ok), result
        operation = result.ok()
        if spared(operation):
            continue
        tried.append(operation.label)

        @QUIET
        @given(case=operation.as_strategy(), own=st.booleans())
        def holds(case, own):
            if own:
                unrouted(case)
                owned(case)
            response = case.call(headers=headers)
            envelope_of(response, case)
            case.validate_response(response, checks=[response_schema_conformance, status_code_conformance])

        holds()
    return tried


@pytest.fixture
async def surface(database):
    """The surface on a port of this machine."""
    bound = reserved_port()
    async with (
        open_world(database, base_url=f"http://127.0.0.1:{bound.getsockname()[1]}") as world,
        served(Starlette(routes=world.inbound.routes()), bound) as url,
    ):
        yield world, url


@pytest.mark.parametrize("version", SPEECHES)
async def test_no_generated_call_breaks_the_surface(surface, brands, version):
    world, url = surface
    partner = await world.partner(world.declare(brands.voltara, roles=("EMSP", "CPO")), version=version, as_role=AsRole.BOTH)
    headers = {"Authorization": f"Token {b64encode(partner.token.encode()).decode()}"}
    document = document_of(version, f"{url}/ocpi/{brands.voltara.tenant}")
    tried = await asyncio.to_thread(fuzz, document, headers)
    assert len(tried) > 15


WALKED = ("/locations/", "/tariffs/", "/sessions/", "/cpo/tokens/")


def walk(document, headers, module):
    """What was put is read, changed and withdrawn along the document's links. Returns what the links led to."""
    schema = schemathesis.openapi.from_dict(document).include(path_regex=rf"^/[\d.]+{module}.*country_code")
    schema.config.update(base_url=document["servers"][0]["url"])
    followed = []

    class Walk(schema.as_state_machine()):  # type: ignore[misc]
        def before_call(self, case):
            unrouted(case)
            if case.method == "PUT":
                owned(case)

        def get_call_kwargs(self, case):
            return {"headers": headers}

        def validate_response(self, response, case, **_):
            envelope = envelope_of(response, case)
            if case.method != "PUT" and case.path_parameters["party_id"] == GREENFIELD.party_id:
                followed.append((case.method, envelope.status_code))

    Walk.run(settings=settings(QUIET, max_examples=6, stateful_step_count=6))
    return followed


@pytest.mark.parametrize("version", SPEECHES)
async def test_what_was_put_can_be_read_and_changed(surface, brands, version):
    world, url = surface
    partner = await world.partner(world.declare(brands.voltara, roles=("EMSP", "CPO")), version=version, as_role=AsRole.BOTH)
    headers = {"Authorization": f"Token {b64encode(partner.token.encode()).decode()}"}
    document = document_of(version, f"{url}/ocpi/{brands.voltara.tenant}")
    followed = [step for module in WALKED for step in await asyncio.to_thread(walk, document, headers, module)]
    assert {("GET", 1000), ("PATCH", 1000)} & set(followed), followed
