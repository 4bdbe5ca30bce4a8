"""The kit against ourselves, as operator and as service provider, in every version: two brands of one platform, over HTTP."""

from dataclasses import replace
from datetime import timedelta

import pytest

from roamgrid.canonical.party import Party, PartyId, Role
from roamgrid.core.parties import service as parties
from roamgrid.ocpi import kinds
from roamgrid.ocpi.adapter import adapter_for
from roamgrid.ocpi.conformance.checks.specimens import specimen_location
from roamgrid.ocpi.conformance.verdicts import Verdict
from roamgrid.ocpi.connections.model import AsRole, Connection
from roamgrid.ocpi.versions import SPEECHES
from roamgrid.tenancy.database import Database
from tests.conftest import Brands
from tests.ocpi.conformance.world import Room, served_room

VOLTARA, KILOWIND = PartyId("NL", "VLT"), PartyId("NL", "KWD")


async def connected(room: Room, brands: Brands, version: str) -> tuple[Connection, Connection]:
    """Kilowind operates stations and invites; Voltara, a provider, takes up the invitation. Both sides' view of it."""
    room.world.declare(brands.kilowind, roles=("CPO",))
    room.world.declare(brands.voltara, roles=("EMSP",))
    await stations(room, brands)
    invitation = await room.handshake.invite(brands.kilowind, "Voltara", version=version, as_role=AsRole.CPO)
    theirs = await room.handshake.register(
        brands.voltara, "Kilowind", invitation.versions_url, invitation.token, version=version, as_role=AsRole.EMSP
    )
    return theirs, await room.connection(brands.kilowind, invitation.connection_id)


async def stations(room: Room, brands: Brands) -> None:
    """Kilowind's charging back end delivers five, of which each changed at another time."""
    back_end = await room.world.partner(brands.kilowind, "Back end", KILOWIND, role=Role.CPO, as_role=AsRole.EMSP)
    async with room.world.database.work(brands.kilowind) as work:
        await parties.register(work, back_end.id, [Party(KILOWIND, Role.CPO, "Back end")])
    adapter = adapter_for("2.2.1", "default")
    for number in range(5):
        made = specimen_location(KILOWIND)
        at = made.last_updated - timedelta(days=number)
        plugs = [replace(plug, last_updated=at) for plug in made.evses[0].connectors]
        evse = replace(made.evses[0], evse_id=f"NL*KWD*E{number}", last_updated=at, connectors=tuple(plugs))
        one = replace(made, id=f"KWD-{number}", publish=True, evses=(evse,), last_updated=at)
        body = adapter.write(kinds.LOCATION, one).document
        answer = await back_end.call("PUT", f"locations/NL/KWD/{one.id}", body)
        assert answer.json()["status_code"] == 1000, answer.text


@pytest.mark.parametrize("version", SPEECHES)
async def test_we_are_a_conformant_operator(database: Database, brands: Brands, version: str):
    async with served_room(database) as room:
        operator, _ = await connected(room, brands, version)
        report = await room.check(brands.voltara, operator.id, VOLTARA)
        found = {r.check.id: r.finding.notes for r in report.results if r.finding.verdict in (Verdict.FAILS, Verdict.DEVIATES)}
        assert found == {}
        assert report.suggestions == ()
        assert report.counts[Verdict.PASS] > 20
        asked = ("locations.single", "locations.link", "locations.objects", "locations.window")
        assert {id_: report.of(id_).verdict for id_ in asked} == dict.fromkeys(asked, Verdict.PASS)


@pytest.mark.parametrize("version", SPEECHES)
async def test_we_are_a_conformant_provider(database: Database, brands: Brands, version: str):
    async with served_room(database) as room:
        _, provider = await connected(room, brands, version)
        report = await room.check(brands.kilowind, provider.id, KILOWIND)
        found = {r.check.id: r.finding.notes for r in report.results if r.finding.verdict in (Verdict.FAILS, Verdict.DEVIATES)}
        assert found == {}
        assert report.suggestions == ()
        assert report.counts[Verdict.PASS] > 15
