"""Switches that change what goes out."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from roamgrid.canonical.party import PartyId
from roamgrid.canonical.token import Token, TokenType, Whitelist
from roamgrid.core.commands.errors import PartnerUnavailable
from roamgrid.kernel import json
from roamgrid.ocpi.dialects.dialect import dialect
from roamgrid.ocpi.outbound.answer import Answer, read_answer
from roamgrid.ocpi.outbound.errors import PagesBroken
from roamgrid.ocpi.outbound.list_ways import ListWays
from roamgrid.ocpi.outbound.pages import follow
from roamgrid.ocpi.outbound.tokens import as_told

AT = datetime(2026, 5, 1, 10, 0, 0, 125_000, UTC)
CARD = Token(PartyId("NL", "VLT"), "04A1", TokenType.RFID, "NL-VLT-C1", "Voltara", False, Whitelist.ALWAYS, AT)
FIRST, ELSEWHERE = "https://cpo.test/locations?limit=1", "http://elsewhere.test:81/locations?offset=1"


def test_to_whom_misreads_it_an_invalid_token_is_never_whitelisted():
    assert as_told(CARD, dialect("whitelist_misread", "2.2.1")).whitelist is Whitelist.NEVER
    assert as_told(CARD, dialect("default", "2.2.1")) == CARD
    valid = replace(CARD, valid=True)
    assert as_told(valid, dialect("whitelist_misread", "2.2.1")) == valid


async def asked(*, rewrite_host: bool) -> list[str]:
    urls: list[str] = []

    async def get(url: str) -> Answer:
        urls.append(url)
        link = {"link": f'<{ELSEWHERE}>; rel="next"'} if len(urls) == 1 else {}
        return Answer(b'["%d"]' % len(urls), link)

    pages = [page async for page in follow(FIRST, get, rewrite_host=rewrite_host)]
    assert len(pages) == len(urls)
    return urls


async def test_a_link_elsewhere_is_asked_of_the_same_host_and_the_token_goes_nowhere_else():
    assert await asked(rewrite_host=True) == [FIRST, "https://cpo.test/locations?offset=1"]


async def test_without_the_switch_a_link_elsewhere_ends_the_list():
    with pytest.raises(PagesBroken):
        await asked(rewrite_host=False)


def test_bare_lists_are_lists_only_where_the_dialect_says_so():
    body = json.dumps({"items": [{"id": "A"}], "next": "https://cpo.test/locations?page=2"})
    answer = read_answer(200, {}, body, bare_lists=True)
    assert (answer.data, answer.headers["link"]) == (b'[{"id":"A"}]', '<https://cpo.test/locations?page=2>; rel="next"')
    with pytest.raises(PartnerUnavailable):
        read_answer(200, {}, body)


def test_an_error_is_no_bare_list():
    with pytest.raises(PartnerUnavailable):
        read_answer(500, {}, b'{"items": []}', bare_lists=True)


def test_how_lists_are_asked_for():
    ways = ListWays.of(dialect("trailing_slash+whole_seconds", "2.2.1"))
    assert ways.address("https://cpo.test/locations") == "https://cpo.test/locations/"
    assert ways.address("https://cpo.test/locations?key=1") == "https://cpo.test/locations?key=1"
    assert ways.moment(AT) == "2026-05-01T10:00:00Z"
    assert ListWays().moment(AT) == "2026-05-01T10:00:00.125Z"
