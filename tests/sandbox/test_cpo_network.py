"""What can be pulled: pages, filters, single objects, and a network that changes under the reader."""

import gzip
from typing import Any

import pytest

from roamgrid.kernel.json import dumps, loads
from roamgrid.sandbox.cpo.dump import UnreadableDump, read_objects, read_removed
from tests.sandbox.conftest import Cpo
from tests.sandbox.emsp import TinyEmsp


async def pulled(emsp: TinyEmsp, url: str) -> list[Any]:
    """Everything behind a list, by following Link."""
    objects: list[Any] = []
    following: str | None = url
    while following:
        answer = await emsp.call("GET", following)
        objects += loads(answer.content)["data"]
        following = answer.links.get("next", {}).get("url")
    return objects


async def test_pages_follow_links_and_cover_everything_once(connected: TinyEmsp):
    first = await connected.call("GET", connected.endpoints["locations"])
    assert (first.headers["X-Total-Count"], first.headers["X-Limit"]) == ("14", "5")
    assert len(loads(first.content)["data"]) == 5

    locations = await pulled(connected, connected.endpoints["locations"])
    assert len({location["id"] for location in locations}) == len(locations) == 14


async def test_the_page_size_is_ours_but_less_may_be_asked_for(connected: TinyEmsp):
    asked = {limit: await connected.call("GET", f"{connected.endpoints['tariffs']}?limit={limit}") for limit in (2, 99)}
    assert {limit: len(loads(answer.content)["data"]) for limit, answer in asked.items()} == {2: 2, 99: 5}


async def test_filters_include_their_start_exclude_their_end_and_stay_in_the_link(connected: TinyEmsp):
    at = "2026-05-04T06:00:00Z"
    url = connected.endpoints["locations"]
    assert len(await pulled(connected, f"{url}?date_from={at}")) == 14
    assert await pulled(connected, f"{url}?date_to={at}") == []
    link = (await connected.call("GET", f"{url}?date_from={at}")).links["next"]["url"]
    assert "date_from=2026-05-04T06%3A00%3A00Z" in link


@pytest.mark.parametrize("query", ["limit=many", "offset=-1", "date_from=yesterday"])
async def test_a_senseless_query_is_refused_by_name(connected: TinyEmsp, query: str):
    envelope = loads((await connected.call("GET", f"{connected.endpoints['locations']}?{query}")).content)
    assert (envelope["status_code"], query.split("=")[0] in envelope["status_message"]) == (2001, True)


async def test_one_location_one_evse_one_connector(connected: TinyEmsp):
    url = f"{connected.endpoints['locations']}/EDE-001"
    keys = [("", "id"), ("/EDE-001-2", "uid"), ("/EDE-001-2/1", "id")]
    found = [loads((await connected.call("GET", url + path)).content)["data"][key] for path, key in keys]
    assert found == ["EDE-001", "EDE-001-2", "1"]
    assert (await connected.call("GET", f"{url}/EDE-001-9")).status_code == 404


async def test_sessions_need_a_date(connected: TinyEmsp):
    assert loads((await connected.call("GET", connected.endpoints["sessions"])).content)["status_code"] == 2001


async def test_a_delta_is_what_a_pull_by_date_finds_even_with_an_old_date_inside(cpo: Cpo, connected: TinyEmsp, tmp_path):
    url = connected.endpoints["locations"]
    last_seen = max(location["last_updated"] for location in await pulled(connected, url))
    changed = (await pulled(connected, url))[0] | {"name": "Renamed"}
    (tmp_path / "delta.jsonl.gz").write_bytes(gzip.compress(dumps(changed) + b"\n"))
    (tmp_path / "removed.txt").write_text("NL\tRYN\tEDE-001\n")

    merged = await cpo.control(
        "network", {"locations": str(tmp_path / "delta.jsonl.gz"), "removed": str(tmp_path / "removed.txt")}
    )

    assert (merged["locations_merged"], merged["locations_removed"], merged["locations"]) == (1, 1, 13)
    new = await pulled(connected, f"{url}?date_from={last_seen.replace('06:00:00', '06:00:01')}")
    assert [location["name"] for location in new] == ["Renamed"]
    assert (await pulled(connected, url))[0]["id"] == changed["id"]


async def test_a_missing_delta_file_is_named_and_changes_nothing(cpo: Cpo):
    answer = await cpo.post("network", {"locations": "/nowhere/delta.json"})
    assert (answer.status_code, "/nowhere/delta.json" in answer.text) == (400, True)
    assert (await cpo.state())["locations"] == 14


@pytest.mark.parametrize(
    "content",
    [
        b'[{"id": "1"}, {"id": "2"}]',
        b'{"status_code": 1000, "data": [{"id": "1"}, {"id": "2"}]}',
        b'{\n  "data": [{"id": "1"}, {"id": "2"}]\n}',
        b'{"id": "1"}\n{"id": "2"}\n',
    ],
)
@pytest.mark.parametrize("packed", [False, True])
def test_dumps_come_as_arrays_as_data_and_as_lines_packed_or_not(tmp_path, content: bytes, packed: bool):
    path = tmp_path / "dump"
    path.write_bytes(gzip.compress(content) if packed else content)
    assert read_objects(path) == [b'{"id": "1"}', b'{"id": "2"}']


def test_what_is_no_dump_is_named(tmp_path):
    for content in (b"<html>", b'{"data": 7}'):
        (tmp_path / "dump").write_bytes(content)
        with pytest.raises(UnreadableDump, match="dump"):
            read_objects(tmp_path / "dump")
    (tmp_path / "removed").write_text("NL RYN EDE-001\n")
    with pytest.raises(UnreadableDump, match="line 1"):
        read_removed(tmp_path / "removed")
