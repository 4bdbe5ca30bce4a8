"""The kit against the sandbox operator with each habit on: it names it, suggests the dialect, and the dialect helps."""

from collections.abc import Mapping

import pytest

from roamgrid.canonical.party import PartyId
from roamgrid.ocpi.conformance.run import Report
from roamgrid.ocpi.conformance.verdicts import Finding, Verdict
from roamgrid.ocpi.dialects.suggest import with_suggestions
from roamgrid.ocpi.versions import SPEECHES
from roamgrid.sandbox.ocpi.quirks import Quirk, quirks_of
from roamgrid.tenancy.database import Database
from tests.conftest import Brands
from tests.ocpi.conformance.world import charge, register, sandbox_operator, served_room

VOLTARA = PartyId("NL", "VLT")

SUGGESTED = {
    Quirk.COMMANDS_UNLISTED: "unlisted_commands",
    Quirk.TRAILING_SLASH_REQUIRED: "trailing_slash",
    Quirk.REJECTS_FRACTIONS: "whole_seconds",
    Quirk.LINK_OTHER_HOST: "link_rewritten",
    Quirk.ITEMS_BODY: "items_lists",
    Quirk.FRESH_LAST_UPDATED: "no_deltas",
    Quirk.OLD_CONNECTOR_NAMES: "old_connector_names",
    Quirk.POWER_IN_KW: "kw_power",
    Quirk.CAMEL_CASE_RESTRICTIONS: "camel_case_tariffs",
    Quirk.WH_ENERGY: "wh_energy",
    Quirk.NO_ROUTING_HEADERS: "no_routing",
}
"""What a look at their interface tells, and which dialect absorbs it. Everything else is absorbed by reading leniently."""

LEGAL = {
    Quirk.REQUIRES_REQUEST_IDS,  # we always send them
    Quirk.DATES_WITHOUT_ZONE,  # UTC is meant, and the specification allows it
    Quirk.EVSE_IDS_BARE,  # eMI3 allows both forms
    Quirk.PUT_EVERY_UPDATE,
    Quirk.UNPAID_PARKING_UNLISTED,
}
"""Liberties that the specification leaves."""

NOT_IN_ONE_LOOK = {
    Quirk.STALE_LOCATION_DATE,  # only after a change, and then against what was there before
    Quirk.EVSES_VANISH,
    Quirk.PUBLISH_FLIPPED,
    Quirk.ALT_TEXT_CONTRADICTS,  # a text for people
    Quirk.PLAIN_TOKEN,  # the following show in what they send us: see test_traffic
    Quirk.ENCODED_TOKEN,
    Quirk.TOKEN_WITH_NEWLINE,
    Quirk.RESULT_ROUTING_SWAPPED,
    Quirk.PATCH_FULL_PERIODS,
    Quirk.PATCH_WITHOUT_DATE,
    Quirk.AUTH_METHOD_FLIPS,
    Quirk.CDR_POSTED_WITH_OWNER_PATH,
    Quirk.COMMAND_RESULT_WRAPPED,
    Quirk.NEVER_SENDS_RESULT,
    Quirk.FAILED_BUT_STARTS,
    Quirk.WHITELIST_MISREAD,
    Quirk.ZERO_TIMEOUT,  # means nothing in an answer that is a no
}
"""What asking alone cannot show."""
FROM_TRAFFIC = {"no_routing"}
"""Also suggested by what they send us, which may still be on its way when the habit is gone."""
SILENT_IN = {"2.1.1": {Quirk.NO_TIME_ZONE, Quirk.STUCK_PENDING}}
"""2.1.1 requires no time zone, and its CDRs do not name their session."""


def findings(report: Report) -> Mapping[str, Finding]:
    return {result.check.id: result.finding for result in report.results}


def news(report: Report, honest: Report) -> set[str]:
    """Checks that say something about the habit."""
    before = findings(honest)
    return {
        id_ for id_, found in findings(report).items()
        if found.verdict in (Verdict.DEVIATES, Verdict.FAILS) and found.notes != before[id_].notes
    }  # fmt: skip


@pytest.mark.timeout(120)
@pytest.mark.parametrize("version", SPEECHES)
async def test_every_habit_is_named_and_absorbed(database: Database, brands: Brands, version: str):
    async with served_room(database) as room, sandbox_operator(version) as operator:
        connection = await register(room, brands.voltara, operator)
        await charge(room, brands.voltara, operator, connection, VOLTARA)
        honest = await room.check(brands.voltara, connection.id, VOLTARA)
        pulled = await room.pull.sync(brands.voltara, connection, full=True)
        for quirk in [about.name for about in quirks_of("cpo") if version in about.versions]:
            await operator.quirks(quirk)
            report = await room.check(brands.voltara, connection.id, VOLTARA)
            wanted = SUGGESTED.get(quirk)
            suggested = {one.dialect for one in report.suggestions}
            assert suggested - FROM_TRAFFIC == ({wanted} if wanted else set()) - FROM_TRAFFIC, quirk
            assert wanted is None or wanted in suggested, quirk
            silent = LEGAL | NOT_IN_ONE_LOOK | SILENT_IN.get(version, set())
            assert bool(news(report, honest)) == (quirk not in silent), (quirk, news(report, honest))
            if wanted:
                dialect = with_suggestions("default", report.suggestions)
                now = await room.handshake.set_dialect(brands.voltara, connection.id, dialect)
                report = await room.check(brands.voltara, connection.id, VOLTARA)
                assert report.suggestions == (), quirk
                again = await room.pull.sync(brands.voltara, now, full=True)
                assert again.succeeded, quirk
                assert [one.objects for one in again.modules] == [one.objects for one in pulled.modules], quirk
                # A CDR that was taken once and reads otherwise now is in conflict with itself, as it should be.
                assert not any(one.refused for one in again.modules if one.module != "cdrs"), quirk
                await operator.quirks()
                await room.handshake.set_dialect(brands.voltara, connection.id, "default")
            assert report.conformant, (quirk, [one for one in report.results if one.finding.verdict is Verdict.FAILS])
