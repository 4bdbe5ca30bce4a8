"""A partner takes up our invitation, renews its credentials, and ends the connection."""

import asyncio
from datetime import timedelta

import httpx
import pytest

from roamgrid.kernel.clock import FixedClock, SystemClock
from roamgrid.ocpi.connections.model import Connection, ConnectionStatus
from roamgrid.ocpi.connections.store import GRACE
from roamgrid.ocpi.versions import SPEECHES
from roamgrid.tenancy.context import TenantContext
from tests.conftest import Brands
from tests.ocpi.handshake.conftest import Platform, in_every_version
from tests.ocpi.handshake.peer import Cpo, header


async def only(platform: Platform, ctx: TenantContext) -> Connection:
    async with platform.world.database.work(ctx) as work:
        (connection,) = await platform.world.connections.all(work)
    return connection


async def ask(platform: Platform, cpo: Cpo, token: str, path: str = "tokens", method: str = "GET") -> httpx.Response:
    return await cpo.http.request(
        method, f"{platform.base}/ocpi/voltara/{cpo.speaks}/{path}", headers={"Authorization": header(token)}
    )


@in_every_version
async def test_the_invitation_becomes_a_connection(platform: Platform, cpo: Cpo, brands: Brands):
    invitation = await platform.handshake.invite(brands.voltara, "Greenfield")
    assert invitation.versions_url == f"{platform.base}/ocpi/voltara/versions"
    answer = await cpo.post(invitation.versions_url, invitation.token)
    body = answer.json()
    assert (answer.status_code, body["status_code"]) == (200, 1000)
    assert body["data"]["url"] == invitation.versions_url
    ours = {"business_details": {"name": "Voltara"}, "party_id": "VLT", "country_code": "NL"}
    if cpo.speaks == "2.1.1":
        assert body["data"] == {"token": body["data"]["token"], "url": invitation.versions_url, **ours}
    else:
        assert body["data"]["roles"] == [{"role": "EMSP", **ours}]
    assert body["data"]["token"] not in (invitation.token, cpo.token)
    connection = await only(platform, brands.voltara)
    assert (connection.id, connection.status, connection.version) == (invitation.connection_id, "registered", cpo.speaks)
    assert (connection.their_token, connection.their_versions_url) == (cpo.token, f"{cpo.base}/versions")
    assert connection.endpoint("commands", "RECEIVER") == f"{cpo.base}/{cpo.speaks}/commands"
    assert [str(role.id) for role in connection.roles] == ["NL*GRF"]
    named = await platform.world.rows(brands.voltara, "select name, role from party")
    assert [tuple(row.values()) for row in named] == [("Operator GRF", "CPO")]
    assert (await ask(platform, cpo, body["data"]["token"])).json()["status_code"] != 3000
    async with platform.world.database.work(brands.kilowind) as work:
        assert await platform.world.connections.all(work) == []


@in_every_version
async def test_the_details_list_what_is_served_and_nothing_else(platform: Platform, cpo: Cpo, brands: Brands):
    invitation = await platform.handshake.invite(brands.voltara, "Greenfield")
    headers = {"Authorization": header(invitation.token)}
    versions = (await cpo.http.get(invitation.versions_url, headers=headers)).json()["data"]
    assert versions == [{"version": name, "url": f"{platform.base}/ocpi/voltara/{name}"} for name in SPEECHES]
    url = f"{platform.base}/ocpi/voltara/{cpo.speaks}"
    details = (await cpo.http.get(url, headers=headers)).json()["data"]
    assert details["version"] == cpo.speaks
    listed = {(item["identifier"], item.get("role")) for item in details["endpoints"]}
    served = {
        ("credentials", "SENDER"),
        ("locations", "RECEIVER"),
        ("tariffs", "RECEIVER"),
        ("sessions", "RECEIVER"),
        ("cdrs", "RECEIVER"),
        ("tokens", "SENDER"),
        ("commands", "SENDER"),
    }
    assert listed >= ({(name, None) for name, _ in served} if cpo.speaks == "2.1.1" else served)
    for item in details["endpoints"]:
        assert item["url"] == f"{url}/{item['identifier']}"
        answer = await cpo.http.request("TRACE", item["url"], headers=headers)
        assert (answer.status_code, item["identifier"]) != (404, item["identifier"]), "what is listed is there"


@in_every_version
async def test_an_invitation_opens_the_handshake_only_and_only_once(platform: Platform, cpo: Cpo, brands: Brands):
    invitation = await platform.handshake.invite(brands.voltara, "Greenfield")
    assert (await ask(platform, cpo, invitation.token, "sessions/NL/GRF/S1")).status_code == 401
    shown = await ask(platform, cpo, invitation.token, "credentials")
    assert shown.json()["data"]["token"] == invitation.token
    await cpo.post(invitation.versions_url, invitation.token)
    for path in ("credentials", "sessions/NL/GRF/S1"):
        assert (await ask(platform, cpo, invitation.token, path)).status_code == 401


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ({"broken_versions": True}, 3001),
        ({"token": "another-one-than-it-accepts", "accepts": set()}, 3001),
        ({"versions": ("2.1.1", "2.2", "2.3.0")}, 3002),
        ({"versions": ()}, 3002),
        ({"modules": (("locations", "SENDER"),)}, 3003),
        ({"modules": (("credentials", "SENDER"), ("locations", "RECEIVER"))}, 3003),
    ],
)
async def test_a_partner_that_cannot_be_used_is_told_why_and_may_try_again(
    platform: Platform, cpo: Cpo, brands: Brands, fault: dict, code: int
):
    invitation = await platform.handshake.invite(brands.voltara, "Greenfield")
    sent = cpo.credentials("not-a-token-it-knows") if "token" in fault else cpo.credentials()
    good = {name: getattr(cpo, name) for name in fault}
    for name, value in fault.items():
        setattr(cpo, name, value)
    answer = await cpo.post(invitation.versions_url, invitation.token, body=sent)
    assert (answer.status_code, answer.json()["status_code"]) == (200, code)
    assert (await only(platform, brands.voltara)).status is ConnectionStatus.INVITED
    for name, value in good.items():
        setattr(cpo, name, value)
    assert (await cpo.post(invitation.versions_url, invitation.token)).json()["status_code"] == 1000


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"token": None}, "/token: "),
        ({"token": "two words"}, "/token: "),
        ({"token": "x" * 65}, "/token: "),
        ({"url": 7}, "/url: "),
        ({"url": "/versions"}, "/url: "),
        ({"url": "http://[broken"}, "/url: "),
        ({"roles": []}, "/roles: "),
        ({"roles": [{"role": "CPO"}]}, "/roles: "),
        ({"roles": "CPO"}, "/roles"),
    ],
)
async def test_credentials_that_cannot_be_read_are_2001_and_are_not_kept(
    platform: Platform, cpo: Cpo, brands: Brands, change: dict, field: str
):
    invitation = await platform.handshake.invite(brands.voltara, "Greenfield")
    answer = await cpo.post(invitation.versions_url, invitation.token, body={**cpo.credentials(), **change})
    assert (answer.status_code, answer.json()["status_code"]) == (200, 2001)
    assert answer.json()["status_message"].startswith(field)
    assert await platform.world.rows(brands.voltara, "select 1 from ocpi_inbound") == [], "its body holds a token"


@in_every_version
async def test_post_when_registered_and_put_or_delete_when_not_are_405(platform: Platform, cpo: Cpo, brands: Brands):
    invitation = await platform.handshake.invite(brands.voltara, "Greenfield")
    for method in ("PUT", "DELETE"):
        assert (await cpo.post(invitation.versions_url, invitation.token, method)).status_code == 405
    token = (await cpo.post(invitation.versions_url, invitation.token)).json()["data"]["token"]
    assert (await cpo.post(invitation.versions_url, token, "POST")).status_code == 405


@in_every_version
async def test_an_invitation_used_twice_at_once_registers_once(platform: Platform, cpo: Cpo, brands: Brands):
    invitation = await platform.handshake.invite(brands.voltara, "Greenfield")
    url = f"{platform.base}/ocpi/voltara/{cpo.speaks}/credentials"
    headers = {"Authorization": header(invitation.token)}
    answers = await asyncio.gather(*(cpo.http.post(url, json=cpo.credentials(), headers=headers) for _ in range(4)))
    statuses = sorted(answer.status_code for answer in answers)
    assert statuses[0] == 200
    assert set(statuses[1:]) <= {401, 405}


@in_every_version
async def test_put_reads_everything_anew_and_issues_a_new_token(platform: Platform, cpo: Cpo, brands: Brands):
    invitation = await platform.handshake.invite(brands.voltara, "Greenfield")
    old = (await cpo.post(invitation.versions_url, invitation.token)).json()["data"]["token"]
    parties = (("NL", "GRF"),) if cpo.speaks == "2.1.1" else (("NL", "GRF"), ("BE", "GRF"))
    cpo.token, cpo.parties, cpo.modules = "renewed", parties, cpo.modules[:3]
    new = (await cpo.post(invitation.versions_url, old, "PUT")).json()["data"]["token"]
    connection = await only(platform, brands.voltara)
    assert (connection.their_token, len(connection.roles), len(connection.endpoints)) == ("renewed", len(parties), 3)
    assert (await ask(platform, cpo, old)).status_code != 401, "the old token has its grace time"
    assert (await ask(platform, cpo, old, "tokens/X/authorize", "POST")).status_code == 404
    assert (await ask(platform, cpo, new)).status_code != 401
    assert (await ask(platform, cpo, old)).status_code == 401, "which ends with the first use of the new one"


async def test_the_grace_of_an_old_token_ends_by_itself(platform: Platform, cpo: Cpo, brands: Brands):
    invitation = await platform.handshake.invite(brands.voltara, "Greenfield")
    old = (await cpo.post(invitation.versions_url, invitation.token)).json()["data"]["token"]
    await cpo.post(invitation.versions_url, old, "PUT")
    for after, known in ((GRACE - timedelta(seconds=30), True), (GRACE + timedelta(seconds=30), False)):
        ctx = TenantContext(brands.voltara.binding, clock=FixedClock(SystemClock().now() + after))
        async with platform.world.database.work(ctx) as work:
            assert (await platform.world.connections.caller(work, (old,)) is not None) is known


@in_every_version
async def test_a_failed_put_changes_nothing(platform: Platform, cpo: Cpo, brands: Brands):
    invitation = await platform.handshake.invite(brands.voltara, "Greenfield")
    token = (await cpo.post(invitation.versions_url, invitation.token)).json()["data"]["token"]
    before = await only(platform, brands.voltara)
    cpo.versions = ("3.0",)
    assert (await cpo.post(invitation.versions_url, token, "PUT")).json()["status_code"] == 3002
    after = await only(platform, brands.voltara)
    assert (after.their_token, after.endpoints, after.roles) == (before.their_token, before.endpoints, before.roles)
    assert (await ask(platform, cpo, token)).status_code != 401


@in_every_version
async def test_delete_ends_the_connection_for_good(platform: Platform, cpo: Cpo, brands: Brands):
    invitation = await platform.handshake.invite(brands.voltara, "Greenfield")
    token = (await cpo.post(invitation.versions_url, invitation.token)).json()["data"]["token"]
    answer = await ask(platform, cpo, token, "credentials", "DELETE")
    assert (answer.status_code, answer.json()["status_code"]) == (200, 1000)
    connection = await only(platform, brands.voltara)
    assert (connection.status, connection.their_token) == (ConnectionStatus.UNREGISTERED, None)
    for path in ("credentials", "tokens", "sessions/NL/GRF/S1"):
        assert (await ask(platform, cpo, token, path)).status_code == 401


async def test_another_brand_does_not_know_the_invitation(platform: Platform, cpo: Cpo, brands: Brands):
    invitation = await platform.handshake.invite(brands.voltara, "Greenfield")
    url = invitation.versions_url.replace("/voltara/", "/kilowind/")
    answer = await cpo.http.get(url, headers={"Authorization": header(invitation.token)})
    assert answer.status_code == 401


async def test_no_token_is_stored_in_clear(platform: Platform, cpo: Cpo, brands: Brands):
    invitation = await platform.handshake.invite(brands.voltara, "Greenfield")
    token = (await cpo.post(invitation.versions_url, invitation.token)).json()["data"]["token"]
    (row,) = await platform.world.rows(brands.voltara, "select c::text as stored from ocpi_connection c")
    for secret in (token, invitation.token, cpo.token):
        assert secret not in row["stored"]
        assert secret.encode().hex() not in row["stored"]


@in_every_version
async def test_nobody_but_our_back_end_speaks_for_our_party(platform: Platform, cpo: Cpo, brands: Brands):
    cpo.parties = (("NL", "VLT"),)
    answered = []
    for back_end in (False, True):
        invitation = await platform.handshake.invite(brands.voltara, "Somebody", back_end=back_end)
        answered.append((await cpo.post(invitation.versions_url, invitation.token)).json())
    refused, taken = answered
    assert (refused["status_code"], taken["status_code"]) == (2001, 1000)
    assert "NL*VLT" in refused["status_message"]
