"""One partner's client over real HTTP."""

import asyncio
from base64 import b64encode
from dataclasses import replace
from uuid import UUID

import pytest
from opentelemetry.sdk.trace import TracerProvider
from structlog.testing import capture_logs

from roamgrid.canonical.party import PartyId, SourceId
from roamgrid.core.commands.errors import PartnerNotReached, PartnerUnavailable
from roamgrid.ocpi.connections.model import Connection
from roamgrid.ocpi.outbound import client as client_module
from roamgrid.ocpi.outbound.answer import read_answer
from roamgrid.ocpi.outbound.bulkhead import Limits
from roamgrid.ocpi.outbound.clients import PartnerClients
from roamgrid.ocpi.outbound.errors import PartnerBusy, PartnerRefused
from roamgrid.ocpi.outbound.routing import Route
from tests.ocpi.outbound.partner import Answering, FakePartner, ok, refusal
from tests.ocpi.outbound.world import NOBODY


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(client_module, "_pause_s", lambda _attempt: 0.0)


async def test_a_request_carries_the_token_and_its_ids(partner: FakePartner, clients: PartnerClients, connection: Connection):
    await clients.of(connection, NOBODY).get(f"{partner.url}/x", correlation_id="c-1")
    headers = partner.asked[0].headers
    assert headers["authorization"] == f"Token {b64encode(b'their-token').decode()}"
    assert headers["x-correlation-id"] == "c-1"
    assert str(UUID(headers["x-request-id"])) == headers["x-request-id"]
    assert "content-type" not in headers
    assert "ocpi-from-party-id" not in headers


async def test_every_request_has_an_id_of_its_own(partner: FakePartner, clients: PartnerClients, connection: Connection):
    client = clients.of(connection, NOBODY)
    await client.send("PUT", f"{partner.url}/x", {"a": 1})
    await client.send("PUT", f"{partner.url}/x", {"a": 1})
    assert partner.asked[0].headers["x-request-id"] != partner.asked[1].headers["x-request-id"]
    assert partner.asked[0].headers["content-type"] == "application/json"
    assert partner.asked[0].body == {"a": 1}


async def test_routing_headers_name_both_parties(partner: FakePartner, clients: PartnerClients, connection: Connection):
    route = Route(PartyId("NL", "VLT"), PartyId("NL", "GRF"))
    await clients.of(connection, NOBODY).get(f"{partner.url}/x", route=route)
    headers = partner.asked[0].headers
    assert {name: value for name, value in headers.items() if name.startswith("ocpi-")} == {
        "ocpi-from-country-code": "NL",
        "ocpi-from-party-id": "VLT",
        "ocpi-to-country-code": "NL",
        "ocpi-to-party-id": "GRF",
    }


async def test_a_trace_goes_on_at_the_partner(
    partner: FakePartner, clients: PartnerClients, connection: Connection, monkeypatch
):
    monkeypatch.setattr(client_module, "tracer", TracerProvider().get_tracer("test"))
    await clients.of(connection, NOBODY).get(f"{partner.url}/x")
    version, trace, span, _ = partner.asked[0].headers["traceparent"].split("-")
    assert (version, len(trace), len(span)) == ("00", 32, 16)


async def test_a_dialect_may_want_the_token_as_it_is(partner: FakePartner, clients: PartnerClients, connection: Connection):
    plain = replace(connection, dialect="plain_token")
    await clients.of(plain, NOBODY).get(f"{partner.url}/x")
    assert partner.asked[0].headers["authorization"] == "Token their-token"


async def test_a_renewed_token_is_used_at_once(partner: FakePartner, clients: PartnerClients, connection: Connection):
    await clients.of(connection, NOBODY).get(f"{partner.url}/x")
    await clients.of(replace(connection, their_token="second"), NOBODY).get(f"{partner.url}/x")
    assert partner.asked[1].headers["authorization"] == f"Token {b64encode(b'second').decode()}"


async def test_reading_is_tried_again_writing_is_not(partner: FakePartner, clients: PartnerClients, connection: Connection):
    client = clients.of(connection, NOBODY)
    partner.script["/x"] = [Answering(500), refusal(3000), Answering(503, b"<html>"), ok({"id": "A"})]
    assert (await client.get(f"{partner.url}/x")).data == b'{"id":"A"}'
    partner.script["/y"] = [Answering(500), ok()]
    with pytest.raises(PartnerUnavailable):
        await client.send("POST", f"{partner.url}/y", {})
    assert [asked.path for asked in partner.asked] == ["/x"] * 4 + ["/y"]


@pytest.mark.parametrize(
    ("answer", "http", "code"),
    [
        (refusal(2001, "id: missing"), 200, 2001),
        (refusal(2003, http=404), 404, 2003),
        (refusal(3002), 200, 3002),
        (refusal(1000, http=404), 404, 1000),
        (Answering(401, b"who are you"), 401, None),
        (Answering(307, headers={"Location": "http://127.0.0.1:9/"}), 307, None),
    ],
)
async def test_a_refusal_is_final(
    partner: FakePartner, clients: PartnerClients, connection: Connection, answer: Answering, http, code
):
    partner.script["/x"] = [answer, ok()]
    with pytest.raises(PartnerRefused) as refused:
        await clients.of(connection, NOBODY).get(f"{partner.url}/x")
    assert (refused.value.http, refused.value.status_code) == (http, code)
    assert len(partner.asked) == 1


@pytest.mark.parametrize(
    "answer", [Answering(500), Answering(200, b"<html>"), refusal(3000), refusal(4002), Answering(429), refusal(2000, http=503)]
)
async def test_what_may_pass_is_unavailable(
    partner: FakePartner, clients: PartnerClients, connection: Connection, answer: Answering
):
    partner.script["/x"] = [answer]
    with pytest.raises(PartnerUnavailable) as unavailable:
        await clients.of(connection, NOBODY).send("PUT", f"{partner.url}/x", {})
    assert unavailable.value.code == "PARTNER_UNAVAILABLE"


@pytest.mark.parametrize("http", [200, 202, 204])
async def test_an_empty_success_is_a_success(partner: FakePartner, clients: PartnerClients, connection: Connection, http: int):
    partner.script["/x"] = [Answering(http)]
    assert (await clients.of(connection, NOBODY).send("PUT", f"{partner.url}/x", {})).data is None


async def test_a_partner_that_does_not_answer_in_time_is_unavailable(
    partner: FakePartner, clients: PartnerClients, connection: Connection
):
    partner.script["/x"] = [Answering(wait_s=5)]
    with pytest.raises(PartnerUnavailable):
        await clients.of(connection, NOBODY).send("POST", f"{partner.url}/x", {}, timeout_s=0.05)


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/x", "ftp://cpo.test/x", "http://[broken", "nonsense"])
async def test_a_partner_that_cannot_be_reached_is_unavailable(clients: PartnerClients, connection: Connection, url: str):
    with pytest.raises(PartnerUnavailable):
        await clients.of(connection, NOBODY).send("GET", url)


async def test_a_partner_cannot_fill_our_memory(
    partner: FakePartner, clients: PartnerClients, connection: Connection, monkeypatch
):
    monkeypatch.setattr(client_module, "MOST_BYTES", 1000)
    partner.script["/x"] = [ok("x" * 2000)]
    with pytest.raises(PartnerUnavailable, match="more than 1000 bytes"):
        await clients.of(connection, NOBODY).send("GET", f"{partner.url}/x")


async def test_a_failing_partner_is_left_alone_and_the_others_are_not(
    partner: FakePartner, clients: PartnerClients, connection: Connection
):
    other = replace(connection, id=SourceId(UUID(int=1)))
    partner.script["/x"] = [Answering(500)] * 5
    for _ in range(5):
        with pytest.raises(PartnerUnavailable):
            await clients.of(connection, NOBODY).send("POST", f"{partner.url}/x", {})
    with pytest.raises(PartnerUnavailable, match="5 times in a row"):
        await clients.of(connection, NOBODY).send("POST", f"{partner.url}/x", {})
    assert len(partner.asked) == 5
    assert (await clients.of(other, NOBODY).send("POST", f"{partner.url}/x", {})).data is None


async def test_a_handshake_is_tried_whatever_happened_before(
    partner: FakePartner, clients: PartnerClients, connection: Connection
):
    partner.script["/x"] = [Answering(500)] * 5
    for _ in range(5):
        with pytest.raises(PartnerUnavailable):
            await clients.of(connection, NOBODY).send("POST", f"{partner.url}/x", {})
    async with clients.open_peer(connection) as peer:
        assert await peer.call("GET", f"{partner.url}/x") is None
    assert len(partner.asked) == 6


async def test_without_a_token_nobody_is_called(clients: PartnerClients, connection: Connection):
    invited = replace(connection, their_token=None)
    with pytest.raises(PartnerUnavailable):
        clients.of(invited, NOBODY)
    with pytest.raises(PartnerUnavailable):
        async with clients.open_peer(invited):
            pass


async def test_tokens_are_in_no_log_and_no_error(partner: FakePartner, clients: PartnerClients, connection: Connection):
    partner.script["/x"] = [Answering(500), refusal(2001), Answering(wait_s=5)]
    errors: list[BaseException] = []
    with capture_logs() as logs:
        for _ in range(3):
            try:
                await clients.of(connection, NOBODY).send("PUT", f"{partner.url}/x", {}, timeout_s=0.2)
            except (PartnerUnavailable, PartnerRefused) as error:
                errors.append(error)
    said = f"{logs}{errors}{[error.__cause__ for error in errors]}"
    assert len(errors) == 3
    assert "their-token" not in said
    assert b64encode(b"their-token").decode() not in said


async def test_a_slow_partner_does_not_hold_up_another(partner: FakePartner, clients: PartnerClients, connection: Connection):
    """Twenty calls that hang use up one partner's connections; the other partner's call goes through."""
    partner.script["/slow"] = [Answering(wait_s=5)] * 20
    other = replace(connection, id=SourceId(UUID(int=1)))
    hanging = [asyncio.create_task(clients.of(connection, NOBODY).send("GET", f"{partner.url}/slow")) for _ in range(20)]
    try:
        async with asyncio.timeout(3):
            assert (await clients.of(other, NOBODY).send("GET", f"{partner.url}/x")).data is None
        assert not any(task.done() for task in hanging)
    finally:
        for task in hanging:
            task.cancel()
        await asyncio.gather(*hanging, return_exceptions=True)


@pytest.mark.parametrize(
    ("http", "headers", "seconds"),
    [
        (429, {"Retry-After": "120"}, 120),
        (503, {"Retry-After": "0"}, 0),
        (503, {"Retry-After": "Mon, 01 Jun 2026 12:01:30 GMT", "Date": "Mon, 01 Jun 2026 12:00:00 GMT"}, 90),
    ],
)
def test_a_partner_may_name_a_time_to_wait(http: int, headers: dict[str, str], seconds: float):
    with pytest.raises(PartnerBusy) as busy:
        read_answer(http, {name.lower(): value for name, value in headers.items()}, b"")
    assert busy.value.retry_after_s == seconds


@pytest.mark.parametrize("said", ["soon", "-5", "1e9", "９", "9" * 40, ""])
def test_a_time_to_wait_that_is_none_is_no_obstacle(said: str):
    with pytest.raises(PartnerUnavailable) as unavailable:
        read_answer(429, {"retry-after": said}, b"")
    assert not isinstance(unavailable.value, PartnerBusy)


async def test_a_partner_that_asks_for_a_pause_is_left_alone_and_keeps_its_breaker_closed(
    partner: FakePartner, clients: PartnerClients, connection: Connection
):
    partner.script["/x"] = [Answering(429, headers={"Retry-After": "600"}), ok()]
    for _ in range(10):
        with pytest.raises(PartnerBusy):
            await clients.of(connection, NOBODY).get(f"{partner.url}/x")
    bulkhead = clients.bulkhead(connection.id)
    assert bulkhead is not None
    assert (len(partner.asked), bulkhead.breaker.is_open) == (1, False)


async def test_a_short_pause_is_waited_for(partner: FakePartner, clients: PartnerClients, connection: Connection):
    partner.script["/x"] = [Answering(429, headers={"Retry-After": "0"}), ok({"id": "A"})]
    assert (await clients.of(connection, NOBODY).get(f"{partner.url}/x")).data == b'{"id":"A"}'


async def test_no_connection_means_that_nothing_was_sent_and_silence_does_not(
    partner: FakePartner, clients: PartnerClients, connection: Connection
):
    """After the first another way may be tried; after the second the partner may have done what was asked."""
    with pytest.raises(PartnerNotReached):
        await clients.of(connection, NOBODY).send("POST", "http://127.0.0.1:9/x", {})
    partner.script["/x"] = [Answering(wait_s=5)]
    with pytest.raises(PartnerUnavailable) as silent:
        await clients.of(connection, NOBODY).send("POST", f"{partner.url}/x", {}, timeout_s=0.05)
    assert not isinstance(silent.value, PartnerNotReached)


async def test_other_limits_take_effect_with_the_next_call(
    partner: FakePartner, clients: PartnerClients, connection: Connection, monkeypatch: pytest.MonkeyPatch
):
    await clients.of(connection, NOBODY).get(f"{partner.url}/x")
    before = clients.bulkhead(connection.id)
    await clients.of(connection, NOBODY).get(f"{partner.url}/x")
    assert clients.bulkhead(connection.id) is before
    monkeypatch.setattr(Limits, "of", lambda _dialect: Limits(concurrency=1))
    await clients.of(connection, NOBODY).get(f"{partner.url}/x")
    after = clients.bulkhead(connection.id)
    assert after is not None
    assert after.limits.concurrency == 1
