"""The kit against the sandbox operator, which keeps to the specification unless it is told otherwise."""

import pytest

from roamgrid.canonical.party import PartyId
from roamgrid.ocpi.conformance.verdicts import Verdict
from roamgrid.ocpi.versions import SPEECHES
from roamgrid.tenancy.database import Database
from tests.conftest import Brands
from tests.ocpi.conformance.world import register, sandbox_operator, served_room

VOLTARA = PartyId("NL", "VLT")


@pytest.mark.parametrize("version", SPEECHES)
async def test_the_sandbox_operator_is_conformant(database: Database, brands: Brands, version: str):
    async with served_room(database) as room, sandbox_operator(version) as operator:
        connection = await register(room, brands.voltara, operator)
        report = await room.check(brands.voltara, connection.id, VOLTARA)
        for r in report.results:
            print(r.check.id, r.finding.verdict, r.finding.notes)
        assert report.conformant
        assert report.suggestions == ()
        assert report.counts[Verdict.PASS] > 30
