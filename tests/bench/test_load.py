"""The load generator counts complete, expected responses and nothing else."""

from collections import Counter
from typing import Any

import pytest

from roamgrid.cli.bench.load.generator import generator
from roamgrid.cli.bench.load.http import Malformed, Response, request, take
from roamgrid.cli.bench.load.jobs import Job
from roamgrid.cli.bench.load.run import play
from roamgrid.cli.bench.load.tally import Tally, quantile
from tests.bench.responder import answer, responder


def job(port: int, count: int = 5, **changes: Any) -> Job:
    """Each of some requests once, over one connection."""
    requests = [request("GET", f"/{number}", {}) for number in range(count)]
    values: dict[str, Any] = {"port": port, "requests": requests, "seconds": 0, "once": True, "connections": 1}
    return Job(**values | changes)


def test_a_request_says_how_long_its_body_is():
    assert request("PUT", "/s/1", {"A": "b"}, b"{}") == (
        b"PUT /s/1 HTTP/1.1\r\nHost: 127.0.0.1\r\nA: b\r\nContent-Length: 2\r\n\r\n{}"
    )
    assert request("GET", "/", {"Host": "brand.localhost"}) == b"GET / HTTP/1.1\r\nHost: brand.localhost\r\n\r\n"


@pytest.mark.parametrize("cut", range(len(answer(b"body"))))
def test_a_response_is_taken_only_when_all_of_it_is_there(cut):
    assert take(answer(b"body")[:cut]) is None


def test_what_follows_a_response_is_kept():
    assert take(answer(b"body") + b"HTTP") == Response(200, b"body", b"HTTP")


def test_a_response_without_a_length_is_refused():
    with pytest.raises(Malformed, match="Content-Length"):
        take(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")


async def test_each_request_is_sent_once_over_many_connections():
    seen: Counter[bytes] = Counter()

    def script(received: bytes) -> list[bytes]:
        seen[received.split(b" ")[1]] += 1
        return [answer(b"ok")]

    async with responder(script) as port:
        outcome = await play(job(port, 40, connections=8))
    assert (outcome.completed, outcome.errors) == (40, 0)
    assert seen == Counter({b"/%d" % number: 1 for number in range(40)})


async def test_a_response_in_pieces_counts_once():
    whole = answer(b"a body in pieces")
    async with responder(lambda _: [whole[:10], whole[10:30], whole[30:]]) as port:
        outcome = await play(job(port))
    assert (outcome.completed, outcome.errors) == (5, 0)


async def test_another_status_and_a_missing_marker_are_errors():
    answers = iter([answer(b"good"), answer(b"good", b"503 Busy"), answer(b"bad"), answer(b"good"), answer(b"good")])
    async with responder(lambda _: [next(answers)]) as port:
        outcome = await play(job(port, marker=b"good"))
    assert (outcome.completed, outcome.errors) == (3, 2)
    assert outcome.first_error == "HTTP 503: good"


async def test_a_connection_that_ends_in_the_middle_is_an_error_and_no_response():
    async with responder(lambda _: [answer(b"half")[:-1], b""]) as port:
        outcome = await play(job(port))
    assert (outcome.completed, outcome.errors) == (0, 1)
    assert "before the response was complete" in outcome.first_error


async def test_requests_go_round_until_the_time_is_up():
    async with responder(lambda _: [answer(b"ok")]) as port:
        outcome = await play(job(port, 2, once=False, seconds=0.2))
    assert outcome.completed > 2
    assert (outcome.errors, outcome.seconds) == (0, 0.2)


async def test_a_server_that_refuses_everything_is_not_asked_for_ever():
    async with responder(lambda _: [answer(b"no", b"401 Unauthorized")]) as port:
        outcome = await play(job(port, 5_000, connections=32))
    assert outcome.completed == 0
    assert 1_000 <= outcome.errors < 1_000 + 32


async def test_the_generator_is_a_process_that_outlives_a_failed_job():
    async with generator() as running, responder(lambda _: [answer(b"ok")]) as port:
        refused = await running.play(job(1))
        outcome = await running.play(job(port))
    assert (refused.completed, refused.errors) == (0, 1)
    assert refused.first_error.startswith("ConnectionRefusedError")
    assert (outcome.completed, outcome.errors) == (5, 0)


def test_an_outcome_tells_rate_and_quantiles():
    tally = Tally(200, b"")
    for milliseconds in range(1, 101):
        tally.response(200, b"", milliseconds / 1000)
    outcome = tally.outcome(2.0)
    assert (outcome.per_second, outcome.p50_ms, outcome.p99_ms) == (50.0, 51.0, 100.0)
    assert quantile([], 0.5) == 0.0
