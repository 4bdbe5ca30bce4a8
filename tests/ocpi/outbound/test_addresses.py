"""Which addresses are called: a partner's URL must not open our own network to it."""

import asyncio
import ipaddress
import socket
from dataclasses import replace

import pytest

from roamgrid.kernel.settings import Mode, Settings
from roamgrid.ocpi.connections.model import Connection
from roamgrid.ocpi.outbound.addresses import AddressRule
from roamgrid.ocpi.outbound.clients import PartnerClients
from roamgrid.ocpi.outbound.errors import AddressForbidden
from tests.ocpi.outbound.partner import FakePartner, ok
from tests.ocpi.outbound.world import NOBODY

PUBLIC = AddressRule(allow_private=False)
ANY = AddressRule(allow_private=True)

PRIVATE = (
    "127.0.0.1", "127.8.8.8", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.0.9", "100.64.0.1", "0.0.0.0", "224.0.0.1",
    "240.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1", "::1", "::", "fe80::1", "fc00::1", "fd12::1", "ff02::1",
    "2001:db8::1", "::ffff:10.0.0.1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a00:1", "2002:7f00:1::", "2002:a00:1::1",
)  # fmt: skip
METADATA = ("169.254.169.254", "fd00:ec2::254", "168.63.129.16", "100.100.100.200", "::ffff:169.254.169.254")


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses_are_called_only_where_the_deployment_says_so(address: str):
    assert PUBLIC.objection(ipaddress.ip_address(address)) is not None
    assert ANY.objection(ipaddress.ip_address(address)) is None


@pytest.mark.parametrize("address", ["9.9.9.9", "145.10.0.1", "2620:fe::fe", "64:ff9b::909:909", "::ffff:9.9.9.9"])
def test_public_addresses_are_called(address: str):
    assert PUBLIC.objection(ipaddress.ip_address(address)) is None


@pytest.mark.parametrize("address", METADATA)
@pytest.mark.parametrize("rule", [PUBLIC, ANY])
def test_a_clouds_metadata_is_called_by_nobody(rule: AddressRule, address: str):
    assert rule.objection(ipaddress.ip_address(address)) == "a cloud's metadata service"


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "2130706433", "0x7f000001", "127.1", "[::ffff:127.0.0.1]", "[::1]", "0.0.0.0"]
)
async def test_however_the_address_is_written_it_is_refused_before_anything_is_sent(
    partner: FakePartner, connection: Connection, host: str
):
    clients = PartnerClients(PUBLIC)
    port = partner.url.rpartition(":")[2]
    try:
        with pytest.raises(AddressForbidden, match="ROAMGRID_ALLOW_PRIVATE_PARTNERS"):
            await clients.of(connection, NOBODY).get(f"http://{host}:{port}/locations")
        assert partner.asked == []
    finally:
        await clients.close()


async def test_a_handshake_goes_to_no_forbidden_address_either(partner: FakePartner, connection: Connection):
    async with PartnerClients(PUBLIC).open_peer(connection) as peer:
        with pytest.raises(AddressForbidden):
            await peer.call("GET", f"{partner.url}/versions")
    assert partner.asked == []


async def test_the_address_that_was_checked_is_the_one_that_is_called(
    partner: FakePartner, connection: Connection, monkeypatch: pytest.MonkeyPatch
):
    """A name that means something else the second time it is asked for gains nothing: it is asked for once."""
    port = int(partner.url.rpartition(":")[2])
    answers = [["127.0.0.1"], ["169.254.169.254"]]
    loop = asyncio.get_running_loop()

    async def resolve(host: str, port: int, **_: object) -> list[tuple[object, ...]]:
        assert host == "rebinding.test"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in answers.pop(0)]

    monkeypatch.setattr(loop, "getaddrinfo", resolve)
    partner.script["/x"] = [ok({"id": "A"})]
    clients = PartnerClients(ANY)
    try:
        assert (await clients.of(connection, NOBODY).get(f"http://rebinding.test:{port}/x")).data == b'{"id":"A"}'
    finally:
        await clients.close()
    assert (len(answers), partner.asked[0].headers["host"]) == (1, f"rebinding.test:{port}")


async def test_one_forbidden_address_among_several_is_enough(connection: Connection, monkeypatch: pytest.MonkeyPatch):
    async def resolve(host: str, port: int, **_: object) -> list[tuple[object, ...]]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in ("9.9.9.9", "10.0.0.1")]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", resolve)
    clients = PartnerClients(PUBLIC)
    try:
        with pytest.raises(AddressForbidden, match=r"cpo.test is 10\.0\.0\.1"):
            await clients.of(connection, NOBODY).get("https://cpo.test/x")
    finally:
        await clients.close()


async def test_a_forbidden_address_does_not_open_the_breaker(partner: FakePartner, connection: Connection):
    """It says nothing of the partner: as soon as its address is right, it is called."""
    clients = PartnerClients(PUBLIC)
    known = replace(connection, name="Bluefield")
    try:
        for _ in range(10):
            with pytest.raises(AddressForbidden):
                await clients.of(known, NOBODY).send("POST", f"{partner.url}/x", {})
        bulkhead = clients.bulkhead(known.id)
        assert bulkhead is not None
        assert not bulkhead.breaker.is_open
    finally:
        await clients.close()


def test_production_calls_no_private_partners_unless_told_to():
    assert Settings(mode=Mode.SANDBOX).calls_private_partners
    assert not Settings(mode=Mode.PRODUCTION).calls_private_partners
    assert Settings(mode=Mode.PRODUCTION, allow_private_partners=True).calls_private_partners
    assert not Settings(mode=Mode.SANDBOX, allow_private_partners=False).calls_private_partners
