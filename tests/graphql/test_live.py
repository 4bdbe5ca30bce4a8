"""A session watched live: over graphql-transport-ws and over server-sent events."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import httpx
import pytest
import websockets
from websockets import Subprotocol
from websockets.exceptions import ConnectionClosed, InvalidStatus

from roamgrid.canonical.session import SessionStatus
from tests.graphql.charging import started
from tests.graphql.world import headers_of

WATCH = "subscription($id: ID!) { session(id: $id) { state kwh final } }"


async def sse(world, ctx, charge, token) -> AsyncIterator[dict]:
    """The payloads of a subscription over server-sent events, until the server completes it."""
    request = {"query": WATCH, "variables": {"id": charge.id}}
    headers = headers_of(ctx, token) | {"accept": "text/event-stream"}
    async with (
        httpx.AsyncClient(timeout=20) as client,
        client.stream("POST", f"{world.url}/graphql", json=request, headers=headers) as answer,
    ):
        event = ""
        async for line in answer.aiter_lines():
            if line.startswith("event: "):
                event = line.removeprefix("event: ")
            if line.startswith("data: ") and event == "next":
                yield json.loads(line.removeprefix("data: "))


PROTOCOL = Subprotocol("graphql-transport-ws")


def connect(world, host, origin=None):
    """A WebSocket to the served API under a brand's host name."""
    port = urlsplit(world.url).port
    url = f"ws://{host}:{port}/graphql"
    return websockets.connect(url, host="127.0.0.1", port=port, subprotocols=[PROTOCOL], origin=origin)


@asynccontextmanager
async def socket(world, ctx, payload):
    """A WebSocket that has sent its first message."""
    async with connect(world, f"{ctx.tenant}.localhost") as ws:
        await ws.send(json.dumps({"type": "connection_init", "payload": payload}))
        yield ws


async def watched(ws, charge) -> AsyncIterator[dict]:
    """The payloads of a subscription over a WebSocket, until the server completes it."""
    assert json.loads(await ws.recv()) == {"type": "connection_ack"}
    subscribe = {"query": WATCH, "variables": {"id": charge.id}}
    await ws.send(json.dumps({"id": "1", "type": "subscribe", "payload": subscribe}))
    while (message := json.loads(await ws.recv()))["type"] != "complete":
        yield message["payload"]


async def journey(charge, updates) -> list[tuple[str, str]]:
    """Let the charge go its way, a step for each update that the watcher has seen. Never waits for ever."""
    async with asyncio.timeout(60):
        return await _journey(charge, updates)


async def _journey(charge, updates) -> list[tuple[str, str]]:
    seen: list[tuple[str, str]] = []
    async for update in updates:
        session = update["data"]["session"]
        seen.append((session["state"], session["kwh"]))
        if seen[-1] == ("ACCEPTED", "0"):
            await charge.reports_session(SessionStatus.ACTIVE, "1.5")
        if seen[-1] == ("CHARGING", "1.5"):
            await charge.reports_session(SessionStatus.ACTIVE, "3")
        if seen[-1] == ("CHARGING", "3"):
            await charge.reports_session(SessionStatus.COMPLETED, "10", minutes=60)
        if seen[-1] == ("COMPLETED", "10"):
            await charge.sends_cdr("10", "4.00")
    return seen


WHOLE = [("ACCEPTED", "0"), ("CHARGING", "1.5"), ("CHARGING", "3"), ("COMPLETED", "10"), ("BILLED", "10")]


async def test_over_server_sent_events_until_the_final_state(world, brands):
    charge = await started(world, brands.voltara)
    assert await journey(charge, sse(world, brands.voltara, charge, charge.token)) == WHOLE


async def test_over_a_websocket_until_the_final_state(world, brands):
    charge = await started(world, brands.voltara)
    async with socket(world, brands.voltara, {"Authorization": f"Bearer {charge.token}"}) as ws:
        assert await journey(charge, watched(ws, charge)) == WHOLE


async def test_a_session_that_is_over_shows_its_end_at_once(world, brands):
    charge = await started(world, brands.voltara)
    await charge.sends_cdr("10", "4.00")
    assert await journey(charge, sse(world, brands.voltara, charge, charge.token)) == [("BILLED", "10")]


async def test_two_watchers_see_the_same(world, brands):
    charge = await started(world, brands.voltara)
    watcher = asyncio.create_task(collect(sse(world, brands.voltara, charge, charge.token)))
    seen = await journey(charge, sse(world, brands.voltara, charge, charge.token))
    assert seen[-1] == ("BILLED", "10")
    assert (await watcher)[-1]["data"]["session"]["state"] == "BILLED"


async def collect(updates) -> list[dict]:
    return [update async for update in updates]


async def test_somebody_elses_session_cannot_be_watched(world, brands):
    charge = await started(world, brands.voltara)
    bob = await world.signed_in(brands.voltara, "bob@example.org")
    stranger = await world.signed_in(brands.kilowind)
    for ctx, token in ((brands.voltara, bob), (brands.kilowind, stranger)):
        updates = await collect(sse(world, ctx, charge, token))
        assert [update["errors"][0]["extensions"]["code"] for update in updates] == ["SESSION_NOT_FOUND"]


async def test_watching_needs_a_signed_in_driver(world, brands):
    charge = await started(world, brands.voltara)
    updates = await collect(sse(world, brands.voltara, charge, None))
    assert updates[0]["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    async with socket(world, brands.voltara, {}) as ws:
        errors = [payload async for payload in first_payloads(ws, charge)]
    assert errors[0]["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


async def first_payloads(ws, charge):
    async for payload in watched(ws, charge):
        yield payload


async def test_a_websocket_with_another_brands_token_is_closed(world, brands):
    token = await world.signed_in(brands.kilowind)
    with pytest.raises(ConnectionClosed) as closed:
        async with socket(world, brands.voltara, {"Authorization": f"Bearer {token}"}) as ws:
            await ws.recv()
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 4403


async def test_a_websocket_at_an_unknown_host_or_from_a_foreign_page_is_refused(world):
    for host, origin in (("nobody.localhost", None), ("voltara.localhost", "https://evil.example")):
        with pytest.raises(InvalidStatus) as refused:
            async with connect(world, host, origin):
                pass
        assert refused.value.response.status_code == 403


async def test_a_page_of_the_brand_itself_may_connect(world):
    async with connect(world, "voltara.localhost", "http://voltara.localhost:3000") as ws:
        await ws.send(json.dumps({"type": "connection_init"}))
        assert json.loads(await ws.recv()) == {"type": "connection_ack"}
