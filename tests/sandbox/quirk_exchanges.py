"""Habits of HTTP, envelopes, pages and handshakes: one question, two answers."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

from roamgrid.sandbox.ocpi.quirks import Quirk
from tests.sandbox.conftest import Cpo
from tests.sandbox.emsp import CARD, TinyEmsp, call

Ask = Callable[[Cpo, TinyEmsp], Awaitable[Any]]
_PLACE = {"location_id": "UTR-002", "evse_uid": "UTR-002-1"}


@dataclass(frozen=True)
class Case:
    """What is asked, and what the answer shows without and with the habit."""

    ask: Ask
    honest: Any
    habitual: Any
    version: str = "2.2.1"


async def versions(cpo: Cpo, emsp: TinyEmsp) -> Any:
    answer = await emsp.call("GET", f"{cpo.url}/ocpi/versions")
    return next(item["version"] for item in answer.json()["data"])


async def listed_endpoints(cpo: Cpo, emsp: TinyEmsp) -> list[Any]:
    answer = await emsp.call("GET", f"{cpo.url}/ocpi/{emsp.version}")
    return list(answer.json()["data"]["endpoints"])


async def has_hosts(cpo: Cpo, emsp: TinyEmsp) -> Any:
    return {bool(urlsplit(item["url"]).netloc) for item in await listed_endpoints(cpo, emsp)}


async def lists_commands(cpo: Cpo, emsp: TinyEmsp) -> Any:
    return "commands" in {item["identifier"] for item in await listed_endpoints(cpo, emsp)}


async def credentials_roles(cpo: Cpo, emsp: TinyEmsp) -> Any:
    return [item["role"] for item in await listed_endpoints(cpo, emsp) if item["identifier"] == "credentials"]


async def without_ids(_: Cpo, emsp: TinyEmsp) -> Any:
    return (await emsp.call("GET", emsp.endpoints["tariffs"])).json()["status_code"]


async def slashes(_: Cpo, emsp: TinyEmsp) -> Any:
    url = emsp.endpoints["tariffs"]
    return [(await emsp.call("GET", spelling)).status_code for spelling in (url, f"{url}/")]


async def unauthorized(cpo: Cpo, _: TinyEmsp) -> Any:
    return (await call("GET", f"{cpo.url}/ocpi/versions", "guess")).status_code


async def invalid(_: Cpo, emsp: TinyEmsp) -> Any:
    answer = await emsp.call("GET", f"{emsp.endpoints['tariffs']}?limit=many")
    return answer.status_code, answer.json()["status_code"]


async def unknown(_: Cpo, emsp: TinyEmsp) -> Any:
    answer = await emsp.call("GET", f"{emsp.endpoints['locations']}/NOWHERE")
    return answer.status_code, answer.json()["status_code"]


async def unknown_token(_: Cpo, emsp: TinyEmsp) -> Any:
    answer = await emsp.call("GET", f"{emsp.endpoints['tokens']}/NL/TST/NOBODY")
    return answer.status_code, answer.json()["status_code"]


async def put_token(_: Cpo, emsp: TinyEmsp) -> Any:
    url = f"{emsp.endpoints['tokens']}/NL/TST/{CARD['uid']}"
    await emsp.call("PUT", url, CARD)
    answer = await emsp.call("PUT", url, CARD)
    return answer.status_code, bool(answer.content)


async def patch_token(_: Cpo, emsp: TinyEmsp) -> Any:
    url = f"{emsp.endpoints['tokens']}/NL/TST/{CARD['uid']}"
    await emsp.call("PUT", url, CARD)
    return (await emsp.call("PATCH", url, {"valid": True, "last_updated": "2026-05-02T10:00:00Z"})).status_code


async def fraction(_: Cpo, emsp: TinyEmsp) -> Any:
    queried = await emsp.call("GET", f"{emsp.endpoints['tariffs']}?date_from=2026-05-01T10:00:00.5Z")
    url = f"{emsp.endpoints['tokens']}/NL/TST/{CARD['uid']}"
    pushed = await emsp.call("PUT", url, CARD | {"last_updated": "2026-05-02T10:00:00.125Z"})
    return [answer.json()["status_code"] for answer in (queried, pushed)]


async def counts(_: Cpo, emsp: TinyEmsp) -> Any:
    answer = await emsp.call("GET", emsp.endpoints["locations"])
    return answer.headers.get("X-Total-Count"), answer.headers.get("X-Limit")


async def next_link(_: Cpo, emsp: TinyEmsp) -> Any:
    answer = await emsp.call("GET", f"{emsp.endpoints['locations']}?limit=4")
    parts = urlsplit(answer.links["next"]["url"])
    return sorted(parse_qs(parts.query)), parts.hostname


async def crawled(_: Cpo, emsp: TinyEmsp) -> Any:
    """Whether following links ends with every object exactly once, and where the second page begins."""
    seen: list[str] = []
    following, offsets = emsp.endpoints["locations"], []
    while following:
        answer = await emsp.call("GET", following)
        seen += [item["id"] for item in answer.json()["data"]]
        following = answer.links.get("next", {}).get("url", "")
        offsets += parse_qs(urlsplit(following).query).get("offset", [])
    return len(seen) == len(set(seen)) == 14, offsets


async def body_names(_: Cpo, emsp: TinyEmsp) -> Any:
    answer = await emsp.call("GET", emsp.endpoints["locations"])
    return sorted(answer.json()), "next" in answer.links


async def invalid_card(cpo: Cpo, emsp: TinyEmsp) -> Any:
    url = f"{emsp.endpoints['tokens']}/NL/TST/{CARD['uid']}"
    await emsp.call("PUT", url, CARD | {"whitelist": "ALWAYS", "valid": False})
    connection = (await cpo.state())["connections"][0]["id"]
    tapped = await cpo.post("rfid", _PLACE | {"connection": connection, "token_uid": CARD["uid"]})
    return tapped.status_code


_PAGE_FIELDS = (["limit", "offset"], "127.0.0.1")
_ENVELOPE = (["data", "status_code", "status_message", "timestamp"], True)
EXCHANGED: dict[Quirk, Case] = {
    Quirk.ANNOUNCES_2_1: Case(versions, "2.1.1", "2.1", version="2.1.1"),
    Quirk.RELATIVE_URLS: Case(has_hosts, {True}, {False}),
    Quirk.COMMANDS_UNLISTED: Case(lists_commands, True, False),
    Quirk.CREDENTIALS_LISTED_TWICE: Case(credentials_roles, ["SENDER"], ["SENDER", "RECEIVER"]),
    Quirk.REQUIRES_REQUEST_IDS: Case(without_ids, 1000, 2001),
    Quirk.TRAILING_SLASH_REQUIRED: Case(slashes, [200, 200], [404, 200]),
    Quirk.HTTP_403_FOR_UNAUTHORIZED: Case(unauthorized, 401, 403),
    Quirk.HTTP_400_FOR_INVALID: Case(invalid, (200, 2001), (400, 2001)),
    Quirk.HTTP_200_FOR_UNKNOWN: Case(unknown, (404, 2003), (200, 2003)),
    Quirk.HTTP_200_FOR_UNKNOWN_TOKEN: Case(unknown_token, (404, 2004), (200, 2004)),
    Quirk.EMPTY_SUCCESS: Case(put_token, (200, True), (204, False)),
    Quirk.REFUSES_PATCH: Case(patch_token, 200, 405),
    Quirk.REJECTS_FRACTIONS: Case(fraction, [1000, 1000], [2001, 2001]),
    Quirk.NO_TOTAL_COUNT: Case(counts, ("14", "5"), (None, None)),
    Quirk.KEYSET_PAGES: Case(next_link, _PAGE_FIELDS, (["cursor", "limit"], "127.0.0.1")),
    Quirk.LINK_WITHOUT_LIMIT: Case(next_link, _PAGE_FIELDS, (["offset"], "127.0.0.1")),
    Quirk.LINK_OTHER_HOST: Case(next_link, _PAGE_FIELDS, (["limit", "offset"], "elsewhere.example")),
    Quirk.ONE_BASED_OFFSET: Case(crawled, (True, ["5", "10"]), (True, ["6", "11"])),
    Quirk.ITEMS_BODY: Case(body_names, _ENVELOPE, (["items", "next"], False)),
    Quirk.WHITELIST_MISREAD: Case(invalid_card, 403, 200),
}
