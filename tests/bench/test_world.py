"""The generated data is what a partner would send: a feed of objects that nobody can read would be a fast feed."""

from dataclasses import replace
from decimal import Decimal

import psycopg
import pytest

from roamgrid.canonical.party import PartyId
from roamgrid.cli.bench import bodies, network
from roamgrid.cli.bench.lines.pricing import corpus
from roamgrid.cli.bench.lines.step_back import step_back
from roamgrid.cli.bench.world import declare, with_database
from roamgrid.kernel import json
from roamgrid.ocpi import kinds
from roamgrid.ocpi.adapter import adapter_for
from roamgrid.ocpi.versions import SPEECHES
from roamgrid.ocpi.wire.common.deviations import Code
from roamgrid.ocpi.wire.common.envelope import read_envelope, split
from roamgrid.pricing import Usage, VerdictKind, compare, rate
from roamgrid.tenancy import apply, migrations
from tests.conftest import drop_database

ADAPTER = adapter_for("2.2.1", "default")
SMALL = network.generate(200)


def test_generated_objects_deviate_only_as_most_partners_do():
    locations = [ADAPTER.read(kinds.LOCATION, raw) for raw in SMALL.locations]
    assert {deviation.code for read in locations for deviation in read.deviations} == {Code.POWER_MISSING}
    assert [deviation for raw in SMALL.tariffs for deviation in ADAPTER.read(kinds.TARIFF, raw).deviations] == []
    assert len({read.value.id for read in locations}) == 200


def test_generated_connectors_name_tariffs_of_their_own_operator():
    known = {(read.value.party, read.value.id) for read in (ADAPTER.read(kinds.TARIFF, raw) for raw in SMALL.tariffs)}
    named = {
        (location.party, tariff)
        for location in (ADAPTER.read(kinds.LOCATION, raw).value for raw in SMALL.locations)
        for evse in location.evses
        for connector in evse.connectors
        for tariff in connector.tariff_ids
    }
    assert named <= known
    assert len(named) > 10


def test_the_same_seed_gives_the_same_network():
    assert network.generate(50, seed=3) == network.generate(50, seed=3)
    assert network.generate(50, seed=3) != network.generate(50, seed=4)


def test_pages_hold_the_objects_byte_for_byte():
    pages = network.pages(SMALL.locations, 90)
    assert len(pages) == 3
    assert tuple(raw for page in pages for raw in split(read_envelope(page).data or b"")) == SMALL.locations
    assert read_envelope(network.pages((), 90)[0]).data == b"[]"


def test_the_cdr_claims_exactly_what_its_tariff_gives(brand):
    read = ADAPTER.read(kinds.CDR, json.dumps(bodies.cdr(brand, "CDR1")))
    assert read.deviations == ()
    rated = rate(read.value.tariffs[0], Usage.of_cdr(read.value, "Europe/Amsterdam"))
    assert (rated.net, rated.gross) == (Decimal("4.0"), Decimal("4.84"))
    assert compare(rated, read.value.total_cost, read.value.currency).kind is VerdictKind.MATCH


@pytest.mark.parametrize("version", SPEECHES)
def test_the_pushed_session_is_read_without_deviations(brand, version):
    speaking = replace(brand, connection=replace(brand.connection, version=version))
    body = json.dumps(bodies.session(speaking, "S1"))
    read = adapter_for(version, "default").read(kinds.SESSION, body, PartyId("NL", "BNC"))
    assert read.deviations == ()
    assert (read.value.id, read.value.location_id, read.value.kwh) == ("S1", "LOC000001", Decimal("4.25"))
    assert read.value.token.contract_id == brand.contract


def test_requests_go_to_the_brands_own_addresses(brand):
    assert bodies.authorizations(brand, ["C1"])[0].startswith(
        b"POST /ocpi/voltara/2.2.1/tokens/C1/authorize?type=RFID HTTP/1.1\r\n"
    )
    assert bodies.session_pushes(brand, ["S1"])[0].startswith(b"PUT /ocpi/voltara/2.2.1/sessions/NL/BNC/S1 HTTP/1.1\r\n")
    assert bodies.cdr_posts(brand, ["X"])[0].startswith(b"POST /ocpi/voltara/2.2.1/cdrs HTTP/1.1\r\n")


def test_every_case_of_the_pricing_corpus_has_a_price():
    cases = corpus(SMALL.tariffs)
    assert len(cases) == 2_000
    assert all(rate(*case).net is not None for case in cases[:200])
    assert any(len(rate(*case).lines) > 1 for case in cases[:200])


def test_declared_brands_differ_in_everything_that_must_be_unique():
    brands = [declare(number) for number in range(1_000)]
    assert len({brand.hosts for brand in brands}) == 1_000
    assert len({brand.parties for brand in brands}) == 1_000


@pytest.fixture
def other_database(services):
    name = "rg_bench_step"
    with psycopg.connect(services.database_url, autocommit=True) as owner:
        drop_database(owner, name)
        owner.execute(f"create database {name}")
        yield with_database(services.database_url, name)
        drop_database(owner, name)


def test_a_revision_taken_back_is_applied_again_by_the_migration(other_database):
    migrations.migrate(other_database)
    apply.apply(other_database, declare(0))
    head = migrations.scripts("tenant").get_current_head()
    revision = "select version_num from t_brand_0000.alembic_version"
    with psycopg.connect(other_database, autocommit=True) as owner:
        step_back(other_database, ["t_brand_0000"])
        assert owner.execute(revision).fetchone() != (head,)
        assert [one.revision for one in migrations.migrate(other_database)][1:] == [head]
        assert owner.execute(revision).fetchone() == (head,)
