"""Pulling a partner's lists over real HTTP into the real store."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from roamgrid.canonical.party import Party, PartyId, Role
from roamgrid.core.cdrs import service as cdrs
from roamgrid.core.commands.errors import PartnerUnavailable
from roamgrid.core.locations import service as locations
from roamgrid.core.locations.models import LocationCounts
from roamgrid.core.sessions import service as sessions
from roamgrid.core.tariffs import service as tariffs
from roamgrid.core.tariffs.models import TariffCounts
from roamgrid.ocpi.outbound import client as client_module
from roamgrid.ocpi.outbound.clients import PartnerClients
from roamgrid.ocpi.outbound.pull import PullService
from roamgrid.ocpi.outbound.report import ModuleReport, Progress
from roamgrid.tenancy.database import Database
from roamgrid.tenancy.directory import Directory
from tests.conftest import Brands
from tests.ocpi import objects
from tests.ocpi.objects import MISSING
from tests.ocpi.outbound.partner import Answering, FakePartner, refusal
from tests.ocpi.outbound.world import Link, connected

HUB = Party(PartyId("NL", "HUB"), Role.HUB, "Hub")


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(client_module, "_pause_s", lambda _attempt: 0.0)


@pytest.fixture
def pulls(database: Database, clients: PartnerClients, directory: Directory) -> PullService:
    return PullService(database, clients, directory)


async def pull(pulls: PullService, link: Link, module: str, *, full: bool = False) -> ModuleReport:
    report = (await pulls.sync(link.ctx, link.connection, full=full, modules=[module])).module(module)
    assert report is not None
    return report


def site(number: int, **changes: Any) -> dict[str, Any]:
    return objects.location(id=f"LOC{number}", evses=[objects.evse(evse_id=f"NL*GRF*E{number}")], **changes)


async def located(link: Link) -> LocationCounts:
    async with link.database.work(link.ctx) as work:
        return await locations.counts(work, link.connection.id)


async def test_the_first_pull_takes_everything(pulls: PullService, partner: FakePartner, link: Link):
    partner.lists["locations"] = [site(number) for number in range(5)]
    report = await pull(pulls, link, "locations")
    assert (report.full, report.pages, report.objects, report.inserted, report.updated) == (True, 3, 5, 5, 0)
    assert (report.unchanged, report.refused, report.vanished, report.error) == (0, 0, 0, None)
    assert await located(link) == LocationCounts(5, 5, 5, 1)
    assert "date_from" not in partner.asked[0].query
    assert partner.asked[0].query["limit"] == "1000"


async def test_what_is_stored_is_byte_for_byte_what_was_sent(pulls: PullService, partner: FakePartner, link: Link):
    sent = objects.raw(site(1)).replace(b'"name":"', b'"x_own": {"a" : 1.50},  "name" :"')
    partner.lists["locations"] = [sent]
    await pull(pulls, link, "locations")
    async with link.database.work(link.ctx) as work:
        assert await locations.raw(work, link.connection.id, PartyId("NL", "GRF"), "LOC1") == sent


async def test_the_next_pull_asks_since_the_last_change_less_an_hour(pulls: PullService, partner: FakePartner, link: Link):
    partner.lists["locations"] = [site(1, last_updated="2026-06-01T12:00:00Z"), site(2, last_updated="2026-05-01T12:00:00Z")]
    await pull(pulls, link, "locations")
    partner.lists["locations"].append(site(3, last_updated="2026-06-03T12:00:00Z"))
    report = await pull(pulls, link, "locations")
    assert partner.asked[-1].query["date_from"] == "2026-06-01T11:00:00Z"
    assert (report.full, report.objects, report.inserted, report.unchanged, report.vanished) == (False, 2, 1, 1, None)


async def test_a_partner_whose_clock_is_ahead_does_not_make_us_blind(pulls: PullService, partner: FakePartner, link: Link):
    partner.lists["tariffs"] = [objects.tariff(last_updated="2099-01-01T00:00:00Z")]
    before = datetime.now(UTC) - timedelta(hours=1, seconds=1)
    await pull(pulls, link, "tariffs")
    await pull(pulls, link, "tariffs")
    since = datetime.fromisoformat(partner.asked[-1].query["date_from"])
    assert before <= since <= datetime.now(UTC) - timedelta(hours=1)


async def test_a_full_crawl_notices_what_has_vanished_and_what_has_come_back(
    pulls: PullService, partner: FakePartner, link: Link
):
    everything = [site(number) for number in range(4)]
    partner.lists["locations"] = everything
    await pull(pulls, link, "locations")
    partner.lists["locations"] = everything[:1]
    assert (await pull(pulls, link, "locations", full=True)).vanished == 3
    assert (await located(link)).locations == 1
    partner.lists["locations"] = everything
    report = await pull(pulls, link, "locations", full=True)
    assert (report.unchanged, report.vanished) == (1, 0)
    assert (await located(link)).locations == 4


async def test_a_delta_never_takes_anything_for_gone(pulls: PullService, partner: FakePartner, link: Link):
    partner.lists["locations"] = [site(number) for number in range(3)]
    await pull(pulls, link, "locations")
    partner.lists["locations"] = []
    assert (await pull(pulls, link, "locations")).vanished is None
    assert (await located(link)).locations == 3


async def test_a_crawl_that_shows_nothing_at_all_is_not_believed(pulls: PullService, partner: FakePartner, link: Link):
    partner.lists["locations"] = [site(1)]
    await pull(pulls, link, "locations")
    partner.lists["locations"] = []
    report = await pull(pulls, link, "locations", full=True)
    assert (report.vanished, report.deviations["EMPTY_CRAWL"]) == (None, 1)
    assert (await located(link)).locations == 1


async def test_one_bad_object_never_fails_its_page(pulls: PullService, partner: FakePartner, link: Link):
    bad = objects.location(id="BAD", coordinates={"latitude": "north", "longitude": "5.1"})
    partner.lists["locations"] = [site(1), bad, b"7", b'{"id":"x","country_code":"N\\u0000L"}', site(2)]
    partner.page_limit = 10
    report = await pull(pulls, link, "locations")
    assert (report.objects, report.inserted, report.refused) == (5, 2, 3)
    deviations = await link.deviations()
    assert deviations["locations", "REFUSED", "/coordinates/latitude"] == 1
    assert deviations["locations", "REFUSED", "/"] == 1
    assert deviations["locations", "REFUSED", "/party_id"] == 1


async def test_an_object_that_the_database_cannot_hold_does_not_take_the_others_along(
    pulls: PullService, partner: FakePartner, link: Link, monkeypatch: pytest.MonkeyPatch
):
    """No reader is perfect: here it lets a NUL through, which PostgreSQL refuses."""
    monkeypatch.setattr("roamgrid.ocpi.wire.common.document._ESCAPED_NUL", b"never")
    partner.lists["locations"] = [site(number, name="\x00" if number == 3 else "fine") for number in range(6)]
    partner.page_limit = 10
    report = await pull(pulls, link, "locations")
    assert (report.inserted, report.refused) == (5, 1)
    assert (await located(link)).locations == 5


async def test_an_object_that_became_unreadable_has_not_vanished(pulls: PullService, partner: FakePartner, link: Link):
    partner.lists["locations"] = [site(1), site(2)]
    await pull(pulls, link, "locations")
    partner.lists["locations"] = [site(1), site(2, coordinates={})]
    report = await pull(pulls, link, "locations", full=True)
    assert (report.refused, report.vanished) == (1, 0)


async def test_every_version_of_a_tariff_is_kept(pulls: PullService, partner: FakePartner, link: Link):
    for price in ("0.40", "0.45", "0.45"):
        component = objects.component(price=Decimal(price))
        partner.lists["tariffs"] = [objects.tariff(elements=[objects.element(price_components=[component])])]
        await pull(pulls, link, "tariffs", full=True)
    async with link.database.work(link.ctx) as work:
        assert await tariffs.counts(work, link.connection.id) == TariffCounts(tariffs=1, versions=2)


async def test_a_crawl_that_breaks_off_keeps_what_came_and_takes_nothing_for_gone(
    pulls: PullService, partner: FakePartner, link: Link
):
    partner.lists["locations"] = [site(number) for number in range(6)]
    await pull(pulls, link, "locations")
    partner.lists["locations"] = [site(number, name="new") for number in range(4)]
    good = f'{{"status_code":1000,"data":[{objects.raw(site(0, name="new")).decode()}]}}'.encode()
    partner.script["/locations"] = [
        Answering(body=good, headers={"Link": '</locations?offset=1>; rel="next"'}),
        *[Answering(500)] * 4,
    ]
    report = await pull(pulls, link, "locations", full=True)
    assert report.error is not None
    assert (report.pages, report.updated, report.vanished) == (1, 1, None)
    assert (await located(link)).locations == 6
    (state,) = await link.rows("select last_error, last_full_at is not null as once from ocpi_pull")
    assert state == {"last_error": report.error, "once": True}


async def test_after_a_failed_first_pull_the_next_one_is_full_again(pulls: PullService, partner: FakePartner, link: Link):
    partner.lists["locations"] = [site(1)]
    partner.script["/locations"] = [refusal(2000)]
    assert (await pull(pulls, link, "locations")).error == "HTTP 200, status code 2000: no"
    report = await pull(pulls, link, "locations")
    assert (report.full, report.inserted, report.error) == (True, 1, None)
    assert await link.rows("select last_error from ocpi_pull") == [{"last_error": None}]


async def test_one_module_that_fails_leaves_the_others(pulls: PullService, partner: FakePartner, link: Link):
    partner.lists |= {"tariffs": [objects.tariff()], "locations": [site(1)], "sessions": [], "cdrs": []}
    partner.script["/tariffs"] = [refusal(2000)]
    report = await pulls.sync(link.ctx, link.connection)
    assert [(module.module, module.error is None) for module in report.modules] == [
        ("tariffs", False),
        ("locations", True),
        ("sessions", True),
        ("cdrs", True),
    ]
    assert not report.succeeded


async def test_only_what_the_partner_offers_is_pulled(
    pulls: PullService, database: Database, brands: Brands, partner: FakePartner
):
    link = await connected(database, brands.voltara, partner, modules=("tariffs", "commands"))
    partner.lists["tariffs"] = []
    report = await pulls.sync(link.ctx, link.connection)
    assert [module.module for module in report.modules] == ["tariffs"]


async def test_sessions_are_asked_for_with_a_date_also_the_first_time(pulls: PullService, partner: FakePartner, link: Link):
    partner.lists["sessions"] = [objects.session(id="S1"), objects.session(id="S2", status="PAUSED")]
    report = await pull(pulls, link, "sessions")
    assert partner.asked[0].query["date_from"] == "1970-01-01T00:00:00Z"
    assert (report.inserted, report.refused, report.vanished) == (1, 1, None)
    async with link.database.work(link.ctx) as work:
        found = await sessions.find(work, link.connection.id, PartyId("NL", "GRF"), "S1")
    assert found is not None
    assert found.kwh == Decimal("3.5")


async def test_a_session_that_we_know_already_is_not_announced_again(pulls: PullService, partner: FakePartner, link: Link):
    partner.lists["sessions"] = [objects.session()]
    await pull(pulls, link, "sessions")
    assert (await pull(pulls, link, "sessions")).unchanged == 1
    partner.lists["sessions"] = [objects.session(kwh=5, last_updated="2026-06-01T12:20:00Z")]
    assert (await pull(pulls, link, "sessions")).updated == 1
    assert await events(link, "session.updated.v1") == 2


async def test_a_cdr_that_was_never_pushed_is_pulled_once(pulls: PullService, partner: FakePartner, link: Link):
    sent = objects.raw(objects.cdr())
    partner.lists["cdrs"] = [sent]
    assert (await pull(pulls, link, "cdrs")).inserted == 1
    assert (await pull(pulls, link, "cdrs", full=True)).unchanged == 1
    async with link.database.work(link.ctx) as work:
        assert await cdrs.verbatim(work, link.connection.id, PartyId("NL", "GRF"), "CDR1") == (sent, "2.2.1")
    kept = await link.rows("select method, outcome, body from ocpi_inbound")
    assert [(row["method"], row["outcome"], bytes(row["body"])) for row in kept] == [("PULL", "new", sent)]
    assert await events(link, "cdr.received.v1") == 1


async def test_a_cdr_that_cannot_be_read_is_kept_once_with_its_reason(pulls: PullService, partner: FakePartner, link: Link):
    partner.lists["cdrs"] = [objects.cdr(total_cost=MISSING)]
    for _ in range(2):
        assert (await pull(pulls, link, "cdrs", full=True)).refused == 1
    assert [row["outcome"] for row in await link.rows("select outcome from ocpi_inbound")] == ["refused"]
    assert (await link.deviations())["cdrs", "REFUSED", "/total_cost"] == 2


async def test_the_same_cdr_id_with_other_content_is_kept_and_said(pulls: PullService, partner: FakePartner, link: Link):
    partner.lists["cdrs"] = [objects.cdr()]
    await pull(pulls, link, "cdrs")
    partner.lists["cdrs"] = [objects.cdr(total_energy=12)]
    report = await pull(pulls, link, "cdrs", full=True)
    assert (report.inserted, report.refused) == (0, 1)
    assert [row["outcome"] for row in await link.rows("select outcome from ocpi_inbound order by received_at")] == [
        "new",
        "conflict",
    ]
    assert await events(link, "cdr.received.v1") == 1
    assert await events(link, "cdr.conflict.v1") == 1


async def test_findings_across_objects_are_how_things_stand_now(pulls: PullService, partner: FakePartner, link: Link):
    twice = [objects.evse(evse_id="NL*GRF*E9"), objects.evse(uid="E2", evse_id="NL*GRF*E8")]
    partner.lists["tariffs"] = [objects.tariff(id="T1")]
    partner.lists["locations"] = [
        objects.location(id="OWN", evses=twice),
        objects.location(
            id="AGGREGATED", evses=[objects.evse(evse_id="NLGRFE9", connectors=[objects.connector(tariff_ids=["T404"])])]
        ),
    ]
    await pulls.sync(link.ctx, link.connection)
    found = await link.deviations()
    assert found["locations", "DUPLICATE_EVSE_ID", "/evses/*/evse_id"] == 1
    assert found["locations", "TARIFF_UNRESOLVED", "/evses/*/connectors/*/tariff_ids"] == 1
    partner.lists["locations"] = partner.lists["locations"][:1]
    report = await pulls.sync(link.ctx, link.connection, full=True)
    assert not {key for key in await link.deviations() if key[1] in ("DUPLICATE_EVSE_ID", "TARIFF_UNRESOLVED")}
    module = report.module("locations")
    assert module is not None
    assert module.vanished == 1


async def test_a_wrong_total_is_counted_not_believed(pulls: PullService, partner: FakePartner, link: Link):
    partner.lists["locations"], partner.wrong_total = [site(number) for number in range(3)], 7
    assert (await pull(pulls, link, "locations")).deviations["WRONG_TOTAL"] == 1
    (row,) = await link.rows("select example from ocpi_deviation where code = 'WRONG_TOTAL'")
    assert row["example"] == "said 7, showed 3"


async def test_progress_is_told_page_by_page(pulls: PullService, partner: FakePartner, link: Link):
    partner.lists["locations"] = [site(number) for number in range(3)]
    told: list[Progress] = []
    await pulls.sync(link.ctx, link.connection, modules=["locations"], progress=told.append)
    assert told == [Progress("locations", 2, 3), Progress("locations", 3, 3)]


async def test_a_pull_is_announced_once_not_per_object(pulls: PullService, partner: FakePartner, link: Link):
    partner.lists["locations"] = [site(number) for number in range(3)]
    await pull(pulls, link, "locations")
    assert await events(link, "feed.pulled.v1") == 1
    assert await events(link, "location.updated.v1") == 0


@pytest.mark.parametrize(
    ("roles", "receiver"),
    [
        (None, "GRF"),
        ((HUB, Party(PartyId("NL", "ONE"), Role.CPO, "One")), "HUB"),
        ((Party(PartyId("NL", "ONE"), Role.CPO, "One"), Party(PartyId("NL", "TWO"), Role.CPO, "Two")), None),
    ],
)
async def test_a_list_is_asked_of_the_only_party_or_the_hub(
    pulls: PullService,
    database: Database,
    brands: Brands,
    partner: FakePartner,
    roles: tuple[Party, ...] | None,
    receiver: str | None,
):
    link = await (
        connected(database, brands.voltara, partner, roles=roles) if roles else connected(database, brands.voltara, partner)
    )
    partner.lists["locations"] = []
    await pull(pulls, link, "locations")
    headers = partner.asked[0].headers
    assert headers.get("ocpi-to-party-id") == receiver
    assert ("ocpi-from-party-id" in headers) == (receiver is not None)


async def test_a_suspended_connection_is_left_alone(pulls: PullService, partner: FakePartner, link: Link):
    async with link.database.work(link.ctx) as work:
        suspended = await link.connections.suspend(work, link.connection.id)
    with pytest.raises(PartnerUnavailable, match="suspended"):
        await pulls.sync(link.ctx, suspended)
    assert partner.asked == []


@pytest.mark.isolation
async def test_the_other_brand_sees_nothing_of_a_pull(pulls: PullService, partner: FakePartner, link: Link, brands: Brands):
    partner.lists["locations"] = [site(1)]
    await pull(pulls, link, "locations")
    async with link.database.work(brands.kilowind) as work:
        assert await locations.counts(work) == LocationCounts(0, 0, 0, 0)
        assert await (await work.conn.execute("select * from ocpi_deviation")).fetchall() == []
        assert await (await work.conn.execute("select * from ocpi_pull")).fetchall() == []


async def events(link: Link, kind: str) -> int:
    """How many events of a type wait in the outbox."""
    async with link.database.platform() as conn:
        row = await (await conn.execute("select count(*) as n from platform.outbox where type = %s", (kind,))).fetchone()
    assert row is not None
    return int(row["n"])
