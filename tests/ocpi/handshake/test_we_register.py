"""We take up a partner's invitation, renew our credentials, and end the connection."""

import pytest

from roamgrid.ocpi.connections.model import Connection, ConnectionStateError, ConnectionStatus, UnknownConnection
from roamgrid.ocpi.handshake.errors import EndpointsMissing, HandshakeFailed, NoCommonVersion, PeerUnusable
from roamgrid.tenancy.context import TenantContext
from tests.conftest import Brands
from tests.ocpi.handshake.conftest import Platform, in_every_version
from tests.ocpi.handshake.peer import Cpo, header


async def register(platform: Platform, ctx: TenantContext, cpo: Cpo) -> Connection:
    return await platform.handshake.register(ctx, "Greenfield", f"{cpo.base}/versions", "invitation")


async def known(platform: Platform, ctx: TenantContext) -> list[Connection]:
    async with platform.world.database.work(ctx) as work:
        return await platform.world.connections.all(work)


async def opens(platform: Platform, cpo: Cpo, token: str) -> bool:
    """Whether a token opens a functional module of ours."""
    url = f"{platform.base}/ocpi/voltara/{cpo.speaks}/sessions/NL/GRF/S1"
    answer = await cpo.http.get(url, headers={"Authorization": header(token)})
    return answer.status_code == 404


@in_every_version
async def test_we_register_and_the_partner_looks_back_while_we_wait(platform: Platform, cpo: Cpo, brands: Brands):
    connection = await register(platform, brands.voltara, cpo)
    assert cpo.calls == [("GET", "/versions"), ("GET", f"/{cpo.speaks}"), ("POST", f"/{cpo.speaks}/credentials")]
    assert (connection.status, connection.their_token) == (ConnectionStatus.REGISTERED, "post-answer-of-the-cpo")
    assert connection.endpoint("locations", "SENDER") == f"{cpo.base}/{cpo.speaks}/locations"
    assert cpo.theirs["url"] == f"{platform.base}/ocpi/voltara/versions"
    said = cpo.theirs if cpo.speaks == "2.1.1" else cpo.theirs["roles"][0]
    assert (said.get("role", "EMSP"), said["party_id"]) == ("EMSP", "VLT")
    assert await opens(platform, cpo, cpo.theirs["token"])
    assert await known(platform, brands.voltara) == [connection]
    assert await known(platform, brands.kilowind) == []


@in_every_version
async def test_a_partner_may_use_its_token_before_we_have_read_its_answer(platform: Platform, cpo: Cpo, brands: Brands):
    cpo.impatient = True
    await register(platform, brands.voltara, cpo)
    assert cpo.impatient_call is not None
    answer = await cpo.impatient_call
    assert answer.status_code == 404, "it waited for the registration, then found no such session"


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"broken_versions": True}, PeerUnusable),
        ({"accepts": set()}, PeerUnusable),
        ({"versions": ("2.0", "2.2", "3.0")}, NoCommonVersion),
        ({"modules": (("credentials", "SENDER"),)}, EndpointsMissing),
        ({"refuse_credentials": True}, HandshakeFailed),
    ],
)
async def test_a_handshake_that_fails_leaves_nothing(
    platform: Platform, cpo: Cpo, brands: Brands, fault: dict, error: type[HandshakeFailed]
):
    for name, value in fault.items():
        setattr(cpo, name, value)
    with pytest.raises(error):
        await register(platform, brands.voltara, cpo)
    assert await known(platform, brands.voltara) == []
    if "modules" in fault:
        assert ("POST", f"/{cpo.speaks}/credentials") not in cpo.calls, "without what we need we must not post"


async def test_an_address_that_leads_nowhere_is_said_so(platform: Platform, brands: Brands):
    with pytest.raises(PeerUnusable):
        await platform.handshake.register(brands.voltara, "Nowhere", "http://127.0.0.1:9/versions", "t")
    with pytest.raises(PeerUnusable, match="not an absolute http"):
        await platform.handshake.register(brands.voltara, "Nowhere", "file:///etc/passwd", "t")


async def test_what_the_partner_got_before_it_answered_opens_nothing_but_the_handshake(
    platform: Platform, cpo: Cpo, brands: Brands
):
    cpo.refuse_credentials = True
    with pytest.raises(HandshakeFailed):
        await register(platform, brands.voltara, cpo)
    connection = await platform.handshake.invite(brands.voltara, "Someone else")
    assert not await opens(platform, cpo, connection.token)


async def test_a_token_of_our_own_registration_is_no_invitation(platform: Platform, cpo: Cpo, brands: Brands):
    await register(platform, brands.voltara, cpo)
    answer = await cpo.post(cpo.theirs["url"], cpo.theirs["token"], "POST")
    assert answer.status_code == 405


@in_every_version
async def test_update_exchanges_both_tokens(platform: Platform, cpo: Cpo, brands: Brands):
    connection = await register(platform, brands.voltara, cpo)
    old = cpo.theirs["token"]
    cpo.modules = cpo.modules[:4]
    renewed = await platform.handshake.update(brands.voltara, connection.id)
    assert (renewed.their_token, len(renewed.endpoints)) == ("put-answer-of-the-cpo", 4)
    assert cpo.theirs["token"] != old
    assert await opens(platform, cpo, old), "the old one has its grace time"
    assert await opens(platform, cpo, cpo.theirs["token"])
    assert not await opens(platform, cpo, old)


async def test_an_update_that_the_partner_refuses_leaves_the_old_tokens(platform: Platform, cpo: Cpo, brands: Brands):
    connection = await register(platform, brands.voltara, cpo)
    old = cpo.theirs["token"]
    cpo.refuse_credentials = True
    with pytest.raises(HandshakeFailed, match="we do not know you"):
        await platform.handshake.update(brands.voltara, connection.id)
    assert await opens(platform, cpo, old)
    assert await known(platform, brands.voltara) == [connection]


@in_every_version
async def test_we_end_a_connection_and_say_so(platform: Platform, cpo: Cpo, brands: Brands):
    connection = await register(platform, brands.voltara, cpo)
    assert await platform.handshake.unregister(brands.voltara, connection.id) is True
    assert cpo.calls[-1] == ("DELETE", f"/{cpo.speaks}/credentials")
    assert not await opens(platform, cpo, cpo.theirs["token"])
    assert [item.status for item in await known(platform, brands.voltara)] == [ConnectionStatus.UNREGISTERED]
    with pytest.raises(ConnectionStateError):
        await platform.handshake.update(brands.voltara, connection.id)


async def test_a_partner_that_cannot_be_told_is_ended_all_the_same(platform: Platform, cpo: Cpo, brands: Brands):
    connection = await register(platform, brands.voltara, cpo)
    cpo.refuse_credentials = True
    assert await platform.handshake.unregister(brands.voltara, connection.id) is False
    assert not await opens(platform, cpo, cpo.theirs["token"])


async def test_another_brands_connection_is_unknown(platform: Platform, cpo: Cpo, brands: Brands):
    connection = await register(platform, brands.voltara, cpo)
    for step in (platform.handshake.update, platform.handshake.unregister):
        with pytest.raises(UnknownConnection):
            await step(brands.kilowind, connection.id)
    assert await known(platform, brands.voltara) == [connection]


async def test_a_suspended_connection_rests_until_it_is_resumed(platform: Platform, cpo: Cpo, brands: Brands):
    connection = await register(platform, brands.voltara, cpo)
    connections, database = platform.world.connections, platform.world.database
    async with database.work(brands.voltara) as work:
        await connections.suspend(work, connection.id)
    assert not await opens(platform, cpo, cpo.theirs["token"])
    async with database.work(brands.voltara) as work:
        await connections.resume(work, connection.id)
        with pytest.raises(ConnectionStateError):
            await connections.resume(work, connection.id)
    assert await opens(platform, cpo, cpo.theirs["token"])
