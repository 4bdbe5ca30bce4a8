"""The whole way over HTTP: the sandbox's operator is our back end, the sandbox's provider our partner, and we stand between."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from roamgrid.core.operator import demand_tasks
from roamgrid.core.operator.authorizing import ForeignAuthorization
from roamgrid.kernel import json
from roamgrid.ocpi.connections.model import AsRole, Connection
from roamgrid.ocpi.handshake.our_side import OurSide
from roamgrid.ocpi.handshake.service import Handshake
from roamgrid.ocpi.outbound.commands import OcpiCommandGateway
from roamgrid.ocpi.outbound.operator.back_end import BackEnd
from roamgrid.ocpi.outbound.operator.issuers import OcpiTokenIssuers
from roamgrid.ocpi.outbound.outcomes import OcpiOutcomeTeller
from roamgrid.ocpi.outbound.profiles import OcpiProfileGateway
from roamgrid.ocpi.outbound.pull import PullService
from roamgrid.sandbox.cpo import CpoOptions, Knobs
from roamgrid.sandbox.cpo import create_app as create_cpo
from roamgrid.sandbox.emsp import EmspOptions
from roamgrid.sandbox.emsp import create_app as create_emsp
from tests.ocpi import objects
from tests.ocpi.operator.roaming import Roaming, open_roaming
from tests.ocpi.operator.test_pushes import OURS
from tests.sandbox.conformance import problems
from tests.sandbox.conftest import Cpo as Sandbox
from tests.sandbox.serving import reserved_port, served

UNKNOWN = {f"CDR.location.evses.connectors.{name}: missing" for name in ("voltage", "amperage")}
"""2.1.1 wants them in a CDR; later versions have no place for them there, so nobody said."""


async def objects_of(provider: Sandbox) -> Any:
    """The stations that the provider has been told of."""
    async with httpx.AsyncClient(trust_env=False) as client:
        return json.loads((await client.get(f"{provider.url}/_control/objects/locations")).content)


@dataclass(frozen=True, slots=True)
class Street:
    """Everybody on a port of their own."""

    roaming: Roaming
    handshake: Handshake
    back: Sandbox
    emsp: Sandbox

    async def meet(self, version: str, told_in: str) -> tuple[Connection, Connection]:
        """The provider and the back end."""
        ctx = self.roaming.operator.ctx
        await self.emsp.control("knobs", {"versions": [version]})
        await self.back.control("knobs", {"versions": [told_in], "stop_after_kwh": 1})
        invitation = await self.handshake.invite(ctx, "Sandbox provider", as_role=AsRole.CPO)
        await self.emsp.control("register", {"versions_url": invitation.versions_url, "token": invitation.token})
        theirs = await self.back.control("invite")
        back_end = await self.handshake.register(
            ctx, "Back end", theirs["versions_url"], theirs["token"], as_role=AsRole.EMSP, version=told_in, back_end=True
        )
        async with self.roaming.operator.world.database.work(ctx) as work:
            provider = await self.roaming.operator.world.connections.get(work, invitation.connection_id)
        return provider, back_end

    async def pull(self, connection: Connection) -> None:
        world = self.roaming.operator.world
        report = await PullService(world.database, self.roaming.clients, world.directory).sync(
            self.roaming.operator.ctx, connection
        )
        assert [module.error for module in report.modules if module.error] == []

    async def until(self, what: str) -> Any:
        """Our worker works until the provider has something of that kind."""
        for _ in range(400):
            await self.roaming.happen()
            if found := (await self.emsp.state())[what]:
                return found
        raise AssertionError(f"the provider never got {what}")


@pytest.fixture
async def street(operator, tmp_path: Path) -> AsyncIterator[Street]:
    places, prices = tmp_path / "locations.json", tmp_path / "tariffs.json"
    evse = objects.evse(capabilities=["REMOTE_START_STOP_CAPABLE", "RFID_READER"])
    places.write_bytes(json.dumps([objects.location(**OURS, evses=[evse])]))
    prices.write_bytes(json.dumps([objects.tariff(**OURS)]))
    ours, theirs, back = reserved_port(), reserved_port(), reserved_port()
    knobs = Knobs(speed=3600, tick=0.02, command_result_delay=0)
    options = CpoOptions(port=back.getsockname()[1], locations=places, tariffs=prices, knobs=knobs)
    world, base_url = operator.world, f"http://127.0.0.1:{ours.getsockname()[1]}"
    async with open_roaming(operator) as roaming:
        clients = roaming.clients
        commands = OcpiCommandGateway(world.database, world.connections, clients, world.directory, base_url, 5.0)
        network = BackEnd(world.database, world.connections, commands, OcpiProfileGateway(commands.deferred, 5.0))
        foreign = ForeignAuthorization(world.database, OcpiTokenIssuers(world.database, world.connections, clients))
        inbound = replace(world.inbound, base_url=base_url, own_network=network, open_peer=clients.open_peer, foreign=foreign)
        teller = OcpiOutcomeTeller(world.database, world.connections, clients, 5.0)
        roaming.others.extend(demand_tasks.subscriptions(world.database, teller))
        handshake = Handshake(world.database, world.connections, clients.open_peer, OurSide(world.directory, base_url))
        async with (
            served(Starlette(routes=inbound.routes()), ours),
            served(create_emsp(EmspOptions(port=theirs.getsockname()[1])), theirs) as emsp_url,
            served(create_cpo(options), back) as back_url,
        ):
            yield Street(roaming, handshake, Sandbox(back_url), Sandbox(emsp_url))


@pytest.mark.parametrize(
    ("version", "told_in"), [("2.1.1", "2.2.1"), ("2.2.1", "2.2.1"), ("2.3.0", "2.2.1"), ("2.3.0", "2.1.1"), ("2.1.1", "2.3.0")]
)
async def test_a_partners_driver_charges_at_our_station(street: Street, version: str, told_in: str):
    provider, back_end = await street.meet(version, told_in)
    await street.pull(back_end)
    await street.pull(provider)
    await street.roaming.happen()
    (station,) = (await objects_of(street.emsp))["locations"]
    assert (station["id"], problems(station, "Location", version)) == ("LOC1", [])
    at = (await street.back.state())["connections"][0]["id"]
    tap = {"location_id": "LOC1", "evse_uid": "E1", "connection": at, "token_uid": "04CAFE01"}
    tapped = await street.back.post("rfid", tap)
    assert tapped.status_code == 200, tapped.text
    (cdr,) = await street.until("cdrs")
    assert (cdr["total_energy"], [lack for lack in problems(cdr, "CDR", version) if lack not in UNKNOWN]) == (1, [])
    state = await street.emsp.state()
    assert [question["uid"] for question in state["questions"]] == ["04CAFE01"]
    assert [(item["status"], item["kwh"]) for item in state["sessions"]] == [("COMPLETED", 1)]
    (kept,) = await street.roaming.rows("select their_url from charge_addressee where kind = 'cdr'")
    assert kept["their_url"].startswith(street.emsp.url)
