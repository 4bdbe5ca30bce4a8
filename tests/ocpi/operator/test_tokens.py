"""Partners' tokens: pushed to us as an operator, kept as they came, each partner's apart from the others'."""

import pytest

from roamgrid.ocpi.versions import SPEECHES
from tests.ocpi.operator.conftest import ROAMER, STRANGER

VERSIONS = tuple(SPEECHES)
PATH = "cpo/tokens/BE/RMR/04A2B3"


def token(version="2.2.1", **changes):
    """A card of Roamer's."""
    written = {
        "country_code": "BE",
        "party_id": "RMR",
        "uid": "04A2B3",
        "type": "RFID",
        "contract_id": "BE-RMR-C00000001-9",
        "issuer": "Roamer",
        "valid": True,
        "whitelist": "ALLOWED",
        "last_updated": "2026-06-01T12:00:00Z",
        **changes,
    }
    if version != "2.1.1":
        return written
    written["auth_id"] = written.pop("contract_id")
    return {name: value for name, value in written.items() if name not in {"country_code", "party_id"}}


async def stored(operator):
    statement = "select uid, type, contract_id, valid, ocpi_version, validation from foreign_token order by uid"
    return await operator.world.rows(operator.ctx, statement)


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_pushed_token_is_kept_as_it_came(operator, version):
    roamer = await operator.provider(version)
    body = token(version, odd="kept")
    first, again = await roamer.call("PUT", PATH, body), await roamer.call("PUT", PATH, body)
    assert (first.status_code, again.status_code) == (201, 200), first.text
    answer = await roamer.call("GET", f"{PATH}?type=RFID")
    assert answer.json()["data"] == body
    (row,) = await stored(operator)
    assert (row["contract_id"], row["valid"], row["ocpi_version"]) == ("BE-RMR-C00000001-9", True, version)


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_token_is_blocked_by_a_patch(operator, version):
    roamer = await operator.provider(version)
    await roamer.call("PUT", PATH, token(version))
    patch = {"valid": False, "last_updated": "2026-06-01T12:01:00Z"}
    assert (await roamer.call("PATCH", PATH.lower().replace("be/rmr", "BE/RMR"), patch)).json()["status_code"] == 1000
    (row,) = await stored(operator)
    assert row["valid"] is False
    assert (await roamer.call("GET", PATH)).json()["data"] == token(version) | patch


async def test_a_patch_says_when_and_about_what(operator):
    roamer = await operator.provider()
    unknown = await roamer.call("PATCH", PATH, {"valid": False, "last_updated": "2026-06-01T12:01:00Z"})
    assert (unknown.status_code, unknown.json()["status_code"]) == (404, 2004)
    await roamer.call("PUT", PATH, token())
    undated = await roamer.call("PATCH", PATH, {"valid": False})
    assert (undated.json()["status_code"], "last_updated" in undated.json()["status_message"]) == (2001, True)
    other = await roamer.call("PATCH", PATH, {"type": "OTHER", "last_updated": "2026-06-01T12:01:00Z"})
    assert (other.json()["status_code"], "/type" in other.json()["status_message"]) == (2001, True)
    cleared = await roamer.call("PATCH", PATH, {"issuer": None, "last_updated": "2026-06-01T12:01:00Z"})
    assert (cleared.json()["status_code"], "/issuer" in cleared.json()["status_message"]) == (2001, True)


async def test_older_news_of_a_token_changes_nothing(operator):
    roamer = await operator.provider()
    await roamer.call("PUT", PATH, token(valid=False, last_updated="2026-06-01T12:05:00Z"))
    answer = await roamer.call("PUT", PATH, token())
    assert (answer.status_code, answer.json()["status_code"]) == (200, 1000)
    assert [row["valid"] for row in await stored(operator)] == [False]


async def test_the_type_belongs_to_the_name_of_a_token(operator):
    roamer = await operator.provider()
    await roamer.call("PUT", PATH, token())
    await roamer.call("PUT", f"{PATH}?type=APP_USER", token(type="APP_USER", contract_id="BE-RMR-C2"))
    told = {row["type"]: row["contract_id"] for row in await stored(operator)}
    assert told == {"RFID": "BE-RMR-C00000001-9", "APP_USER": "BE-RMR-C2"}
    assert (await roamer.call("GET", PATH)).json()["data"]["type"] == "RFID"
    assert (await roamer.call("GET", f"{PATH}?type=app_user")).json()["data"]["type"] == "APP_USER"
    refused = await roamer.call("PUT", f"{PATH}?type=OTHER", token())
    assert (refused.json()["status_code"], "/type" in refused.json()["status_message"]) == (2001, True)
    assert (await roamer.call("GET", f"{PATH}?type=CARD")).json()["status_code"] == 2001


async def test_without_a_type_the_only_token_with_that_uid_is_meant(operator):
    roamer = await operator.provider()
    await roamer.call("PUT", PATH, token(type="OTHER"))
    assert (await roamer.call("GET", PATH)).json()["data"]["type"] == "OTHER"


@pytest.mark.isolation
async def test_partners_and_brands_do_not_see_each_others_tokens(operator, brands):
    roamer, stranger = await operator.provider(), await operator.provider(party=STRANGER)
    await roamer.call("PUT", PATH, token())
    as_stranger = await stranger.call("GET", PATH)
    assert (as_stranger.status_code, "not one of your roles" in as_stranger.json()["status_message"]) == (404, True)
    of_others = await roamer.call("PUT", "cpo/tokens/FR/STR/04A2B3", token(country_code="FR", party_id="STR"))
    assert of_others.status_code == 404
    assert len(await stored(operator)) == 1
    assert await operator.world.rows(brands.kilowind, "select uid from foreign_token") == []
    kilowind = await operator.world.partner(brands.kilowind, "Roamer", ROAMER)
    assert (await kilowind.call("PUT", PATH, token())).status_code == 404


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"uid": "OTHER"}, "/uid"), ({"party_id": "STR"}, "/party_id"), ({"whitelist": "SOMETIMES"}, "/whitelist")],
)
async def test_a_token_that_contradicts_its_address_or_cannot_be_understood_is_refused(operator, changes, field):
    answer = await (await operator.provider()).call("PUT", PATH, token(**changes))
    assert (answer.json()["status_code"], field in answer.json()["status_message"]) == (2001, True)
    assert await stored(operator) == []
