"""Which version a connection speaks, as what we face it, and how it moves to another version without losing a message."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from roamgrid.canonical.party import PartyId
from roamgrid.ocpi.connections.model import AsRole, Connection
from roamgrid.ocpi.handshake.errors import NoCommonVersion, VersionSaysNoRoles
from roamgrid.ocpi.handshake.our_side import RoleNotDeclared
from roamgrid.ocpi.versions import SPEECHES
from roamgrid.tenancy.context import TenantContext
from tests.conftest import Brands
from tests.ocpi.handshake.conftest import Platform
from tests.ocpi.handshake.peer import Cpo, header
from tests.ocpi.inbound import wire

MOVES = [("2.1.1", "2.2.1"), ("2.2.1", "2.3.0"), ("2.3.0", "2.2.1")]


async def register(platform: Platform, ctx: TenantContext, cpo: Cpo, **terms: Any) -> Connection:
    return await platform.handshake.register(ctx, "Greenfield", f"{cpo.base}/versions", "invitation", **terms)


async def listed_versions(platform: Platform, cpo: Cpo, token: str) -> list[str]:
    url = f"{platform.base}/ocpi/voltara/versions"
    answer = await cpo.http.get(url, headers={"Authorization": header(token)})
    return [item["version"] for item in answer.json()["data"]]


@pytest.mark.parametrize(
    ("theirs", "chosen"),
    [
        (("2.1.1", "2.2.1", "2.3.0"), "2.3.0"),
        (("2.3.0", "2.1.1"), "2.3.0"),
        (("2.0", "2.1.1", "2.2"), "2.1.1"),
        (("2.1",), "2.1.1"),
        (("2.1", "2.2.1", "3.0"), "2.2.1"),
    ],
)
async def test_the_highest_common_version_is_chosen(
    platform: Platform, cpo: Cpo, brands: Brands, theirs: tuple[str, ...], chosen: str
):
    cpo.versions = theirs
    connection = await register(platform, brands.voltara, cpo)
    assert connection.version == chosen
    assert connection.endpoint("locations", "SENDER") is not None, "where no roles are told, they follow from ours"
    assert connection.endpoint("tokens", "RECEIVER") is not None


async def test_a_version_can_be_pinned_by_who_registers(platform: Platform, cpo: Cpo, brands: Brands):
    cpo.versions = tuple(SPEECHES)
    connection = await register(platform, brands.voltara, cpo, version="2.1.1")
    assert (connection.version, connection.pinned) == ("2.1.1", True)
    assert await listed_versions(platform, cpo, cpo.theirs["token"]) == ["2.1.1"]
    cpo.versions = ("2.2.1",)
    cpo.accepts.add("invitation")
    with pytest.raises(NoCommonVersion, match=r"offers 2\.2\.1, we speak 2\.1\.1"):
        await register(platform, brands.kilowind, cpo, version="2.1.1")


async def test_an_invitation_can_be_pinned(platform: Platform, cpo: Cpo, brands: Brands):
    invitation = await platform.handshake.invite(brands.voltara, "Greenfield", version="2.2.1")
    assert await listed_versions(platform, cpo, invitation.token) == ["2.2.1"]
    cpo.versions = tuple(SPEECHES)
    cpo.speaks = "2.3.0"
    url = f"{platform.base}/ocpi/voltara/2.3.0/credentials"
    answer = await cpo.http.post(url, json=cpo.credentials(), headers={"Authorization": header(invitation.token)})
    assert (answer.status_code, answer.json()["status_code"]) == (200, 3002)


async def test_another_version_than_the_registered_one_is_refused_and_the_registered_one_named(
    platform: Platform, cpo: Cpo, brands: Brands
):
    await register(platform, brands.voltara, cpo)
    headers = {"Authorization": header(cpo.theirs["token"])}
    answer = await cpo.http.get(f"{platform.base}/ocpi/voltara/2.3.0/sessions/NL/GRF/S1", headers=headers)
    assert (answer.status_code, answer.json()["status_code"]) == (404, 2001)
    assert answer.json()["status_message"].startswith("you are registered in OCPI 2.2.1")
    assert (await cpo.http.get(f"{platform.base}/ocpi/voltara/2.9", headers=headers)).status_code == 404


async def test_as_what_we_face_a_partner_is_what_the_tenant_declares(platform: Platform, cpo: Cpo, brands: Brands):
    with pytest.raises(RoleNotDeclared, match="no party as CPO"):
        await platform.handshake.invite(brands.voltara, "Greenfield", as_role=AsRole.CPO)
    with pytest.raises(RoleNotDeclared):
        await platform.handshake.invite(brands.voltara, "Greenfield", as_role=AsRole.BOTH)
    connection = await register(platform, brands.voltara, cpo)
    assert connection.as_role is AsRole.EMSP


@dataclass
class Charging:
    """Sessions that are pushed without a pause, by workers of the partner that know one token and one version."""

    platform: Platform
    cpo: Cpo
    token: str
    version: str
    prefix: str = "S"
    sent: int = 0
    lost: list[httpx.Response] = field(default_factory=list)

    async def push(self) -> None:
        self.sent += 1
        body = wire.session(
            f"{self.prefix}{self.sent}", self.version, last_updated=f"2026-06-01T12:{self.sent // 60:02}:{self.sent % 60:02}Z"
        )
        url = f"{self.platform.base}/ocpi/voltara/{self.version}/sessions/{wire.OWNER}/{self.prefix}{self.sent}"
        answer = await self.cpo.http.put(url, json=body, headers={"Authorization": header(self.token)})
        if answer.status_code != 200 or answer.json()["status_code"] != 1000:
            self.lost.append(answer)

    async def until(self, done: asyncio.Event) -> None:
        while not done.is_set():
            await self.push()


async def stored(platform: Platform, ctx: TenantContext) -> list[str]:
    rows = await platform.world.rows(ctx, "select session_id from session order by session_id")
    return [row["session_id"] for row in rows]


@pytest.mark.parametrize(("old", "new"), MOVES)
async def test_a_partner_moves_itself_by_put_and_no_push_is_lost(
    platform: Platform, cpo: Cpo, brands: Brands, old: str, new: str
):
    cpo.versions, cpo.speaks = tuple(SPEECHES), old
    invitation = await platform.handshake.invite(brands.voltara, "Greenfield")
    token = (await cpo.post(invitation.versions_url, invitation.token)).json()["data"]["token"]
    charging = Charging(platform, cpo, token, old)
    await charging.push()
    await charging.push()
    moved = asyncio.Event()
    during = asyncio.create_task(charging.until(moved))
    cpo.speaks = new
    answer = await cpo.post(invitation.versions_url, token, "PUT")
    assert answer.json()["status_code"] == 1000
    moved.set()
    await during
    await charging.push()
    assert (charging.version, charging.token) == (old, token), "old token, old address: within the grace time"
    charging.token = answer.json()["data"]["token"]
    await charging.push()
    assert charging.version == old, "the new token at an old address, too"
    charging.version = new
    await charging.push()
    await charging.push()
    assert [item.text for item in charging.lost] == []
    assert await stored(platform, brands.voltara) == sorted(f"S{n}" for n in range(1, charging.sent + 1))
    async with platform.world.database.work(brands.voltara) as work:
        (connection,) = await platform.world.connections.all(work)
    assert connection.version == new
    assert connection.endpoint("locations", "SENDER") == f"{cpo.base}/{new}/locations"


@pytest.mark.parametrize(("old", "new"), MOVES)
async def test_we_move_a_partner_and_no_push_is_lost(platform: Platform, cpo: Cpo, brands: Brands, old: str, new: str):
    cpo.versions = (old,)
    connection = await register(platform, brands.voltara, cpo)
    assert connection.version == old
    cpo.versions = tuple(SPEECHES)
    charging = Charging(platform, cpo, cpo.theirs["token"], old)
    await charging.push()
    moved = asyncio.Event()
    during = asyncio.create_task(charging.until(moved))
    renewed = await platform.handshake.update(brands.voltara, connection.id, version=new)
    moved.set()
    await during
    assert (renewed.version, renewed.endpoint("commands", "RECEIVER")) == (new, f"{cpo.base}/{new}/commands")
    charging.token, charging.version = cpo.theirs["token"], new
    await charging.push()
    await charging.push()
    assert [item.text for item in charging.lost] == []
    assert await stored(platform, brands.voltara) == sorted(f"S{n}" for n in range(1, charging.sent + 1))
    versions = await platform.world.rows(brands.voltara, "select distinct ocpi_version from session order by 1")
    assert [row["ocpi_version"] for row in versions] == sorted({old, new})


async def test_while_a_move_is_offered_the_partner_may_call_in_the_new_version(platform: Platform, cpo: Cpo, brands: Brands):
    """It answers our PUT, and calls before we have read that answer."""
    cpo.versions = ("2.2.1",)
    connection = await register(platform, brands.voltara, cpo)
    cpo.versions, cpo.impatient = tuple(SPEECHES), True
    await platform.handshake.update(brands.voltara, connection.id, version="2.3.0")
    assert cpo.impatient_call is not None
    answer = await cpo.impatient_call
    assert (answer.status_code, answer.json()["status_message"]) == (404, "unknown session S1")


async def test_a_move_that_the_partner_refuses_changes_nothing(platform: Platform, cpo: Cpo, brands: Brands):
    cpo.versions = ("2.2.1",)
    connection = await register(platform, brands.voltara, cpo)
    with pytest.raises(NoCommonVersion):
        await platform.handshake.update(brands.voltara, connection.id, version="2.3.0")
    charging = Charging(platform, cpo, cpo.theirs["token"], "2.3.0")
    await charging.push()
    assert [answer.status_code for answer in charging.lost] == [404]
    charging.version = "2.2.1"
    await charging.push()
    assert len(charging.lost) == 1


async def test_two_connections_speak_two_versions_at_once(platform: Platform, cpo: Cpo, brands: Brands):
    charges = []
    for version in SPEECHES:
        cpo.versions = (version,)
        cpo.accepts.add("invitation")
        await register(platform, brands.voltara, cpo)
        charges.append(Charging(platform, cpo, cpo.theirs["token"], version, f"{version}-"))
    for _ in range(2):
        for charging in charges:
            await charging.push()
    assert [item.text for charging in charges for item in charging.lost] == []
    statement = "select ocpi_version, count(*)::int as n from session group by 1 order by 1"
    rows = await platform.world.rows(brands.voltara, statement)
    assert [(row["ocpi_version"], row["n"]) for row in rows] == [(version, 2) for version in SPEECHES]


@pytest.mark.parametrize("version", ["2.2.1", "2.3.0"])
async def test_a_hub_is_known_by_its_role_or_by_its_name(platform: Platform, cpo: Cpo, brands: Brands, version: str):
    cpo.versions, cpo.speaks = (version,), version
    said = cpo.credentials()
    if version == "2.3.0":
        said |= {"hub_party_id": "NLHUB"}
    else:
        said["roles"].append({**said["roles"][0], "role": "HUB", "party_id": "HUB"})
    invitation = await platform.handshake.invite(brands.voltara, "The Hub")
    assert (await cpo.post(invitation.versions_url, invitation.token, body=said)).json()["status_code"] == 1000
    async with platform.world.database.work(brands.voltara) as work:
        (connection,) = await platform.world.connections.all(work)
    assert connection.hub == PartyId("NL", "HUB")
    assert connection.may_own(PartyId("DE", "ABC"))
    assert not connection.speaks_for(PartyId("DE", "ABC"))


async def test_two_moves_at_once_leave_one_connection_in_one_of_the_versions(platform: Platform, cpo: Cpo, brands: Brands):
    cpo.versions = tuple(SPEECHES)
    invitation = await platform.handshake.invite(brands.voltara, "Greenfield")
    token = (await cpo.post(invitation.versions_url, invitation.token)).json()["data"]["token"]
    headers = {"Authorization": header(token)}
    moves = [
        cpo.http.put(
            f"{platform.base}/ocpi/voltara/{version}/credentials", json=cpo.credentials(version=version), headers=headers
        )
        for version in SPEECHES
    ]
    answers = await asyncio.gather(*moves)
    assert {answer.status_code for answer in answers} == {200}
    async with platform.world.database.work(brands.voltara) as work:
        (connection,) = await platform.world.connections.all(work)
    won = next(answer for answer in answers if answer.url.path.split("/")[3] == connection.version)
    url = f"{platform.base}/ocpi/voltara/{connection.version}/sessions/NL/GRF/S1"
    answer = await cpo.http.get(url, headers={"Authorization": header(won.json()["data"]["token"])})
    assert (answer.status_code, answer.json()["status_message"]) == (404, "unknown session S1")
    assert connection.endpoint("locations", "SENDER") == f"{cpo.base}/{connection.version}/locations"


async def test_a_platform_that_is_both_needs_a_version_that_says_so(platform: Platform, cpo: Cpo, brands: Brands):
    ctx = platform.world.declare(brands.voltara, roles=("EMSP", "CPO"))
    with pytest.raises(VersionSaysNoRoles):
        await platform.handshake.invite(ctx, "Greenfield", version="2.1.1")
    invitation = await platform.handshake.invite(ctx, "Greenfield")
    assert await listed_versions(platform, cpo, invitation.token) == ["2.2.1", "2.3.0"]
    body = (await cpo.post(invitation.versions_url, invitation.token)).json()
    assert [(role["role"], role["party_id"]) for role in body["data"]["roles"]] == [("EMSP", "VLT"), ("CPO", "VLT")]


async def test_as_an_operator_we_show_no_module_of_a_service_provider(platform: Platform, cpo: Cpo, brands: Brands):
    ctx = platform.world.declare(brands.voltara, roles=("CPO",))
    cpo.modules = (("credentials", "SENDER"), ("locations", "RECEIVER"), ("tokens", "SENDER"))
    invitation = await platform.handshake.invite(ctx, "Driver Friends")
    token = (await cpo.post(invitation.versions_url, invitation.token)).json()["data"]["token"]
    headers = {"Authorization": header(token)}
    details = (await cpo.http.get(f"{platform.base}/ocpi/voltara/2.2.1", headers=headers)).json()["data"]
    places = {item["url"].removeprefix(f"{platform.base}/ocpi/voltara/2.2.1/") for item in details["endpoints"]}
    assert {place for place in places if not place.startswith("cpo/")} == {"credentials", "hubclientinfo"}
    for method, path in (("PUT", f"sessions/{wire.OWNER}/S1"), ("POST", "tokens/04A1B2C3/authorize"), ("GET", "tokens")):
        for _ in range(2):
            answer = await cpo.http.request(method, f"{platform.base}/ocpi/voltara/2.2.1/{path}", headers=headers, json={})
            assert (answer.status_code, answer.json()["status_code"]) == (404, 2000), path
