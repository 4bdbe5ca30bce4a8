"""A session is what its operator last said of it; the end is the end."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from decimal import Decimal
from itertools import permutations
from typing import Any
from uuid import UUID

import pytest

from roamgrid.canonical.party import SourceId
from roamgrid.canonical.session import Amount, Session, SessionStatus
from roamgrid.core.sessions import grants
from roamgrid.core.sessions import service as sessions
from roamgrid.core.sessions.models import Grant, Pins, Put, Stream
from roamgrid.kernel import json
from roamgrid.kernel.ids import new_id
from roamgrid.tenancy.database import Database, Work
from tests.builders import NOON, OPERATOR, SOURCE, session
from tests.conftest import Brands
from tests.core.conftest import Announced

OTHER_SOURCE = SourceId(UUID("00000000-0000-7000-8000-00000000beef"))


def at(minute: int, **changes: Any) -> Session:
    return session(last_updated=NOON + timedelta(minutes=minute), **changes)


async def put(work: Work, report: Session) -> Put:
    return await sessions.put(work, SOURCE, report, json.encode(report).encode())


async def test_a_report_is_stored_with_its_body_and_announced(
    database: Database, brands: Brands, announced: Callable[[], Awaitable[list[Announced]]]
) -> None:
    report = at(0, total_cost=Amount(Decimal("0.60"), Decimal("0.73")))
    async with database.work(brands.voltara) as work:
        stored = await sessions.put(work, SOURCE, report, b'{"id": "S1"}')
        assert stored.applied
        assert stored.id is not None
        row = await sessions.get(work, stored.id)
        assert row is not None
        assert (row.kwh, row.total_net, row.total_gross, row.version) == (Decimal("1.5"), Decimal("0.60"), Decimal("0.73"), 1)
        assert await sessions.verbatim(work, SOURCE, OPERATOR, "S1") == (b'{"id": "S1"}', None)
        assert await sessions.by_reference(work, "REF1") == row
    payload = {"session": str(stored.id)}
    assert await announced() == [Announced("voltara", "session.updated.v1", f"session:{stored.id}", 1, payload)]


async def test_only_reports_that_change_something_are_announced(
    database: Database, brands: Brands, announced: Callable[[], Awaitable[list[Announced]]]
) -> None:
    async with database.work(brands.voltara) as work:
        assert (await put(work, at(2, kwh=Decimal(3)))).applied
        assert await put(work, at(1, kwh=Decimal(2))) == Put(applied=False, id=None)
        assert (await put(work, at(3, status=SessionStatus.COMPLETED))).applied
        assert await put(work, at(4, kwh=Decimal(9))) == Put(applied=False, id=None)
    assert [event.version for event in await announced()] == [1, 2]


@pytest.mark.parametrize("final", [SessionStatus.COMPLETED, SessionStatus.INVALID])
async def test_nothing_follows_a_final_report(database: Database, brands: Brands, final: SessionStatus) -> None:
    async with database.work(brands.voltara) as work:
        await put(work, at(1, status=final, kwh=Decimal(7)))
        await put(work, at(2, status=SessionStatus.ACTIVE, kwh=Decimal(8)))
        row = await sessions.find(work, SOURCE, OPERATOR, "S1")
        assert row is not None
        assert (row.status, row.kwh) == (final, Decimal(7))


@pytest.mark.parametrize("order", list(permutations(range(3))))
async def test_the_order_of_arrival_makes_no_difference(database: Database, brands: Brands, order: tuple[int, ...]) -> None:
    reports = [at(0), at(1, kwh=Decimal(5)), at(2, kwh=Decimal(9), status=SessionStatus.COMPLETED)]
    async with database.work(brands.voltara) as work:
        for number in order:
            await put(work, reports[number])
        row = await sessions.find(work, SOURCE, OPERATOR, "S1")
        assert row is not None
        assert (row.status, row.kwh, row.last_updated) == (SessionStatus.COMPLETED, Decimal(9), reports[2].last_updated)


async def test_a_report_without_reference_does_not_forget_the_one_before(database: Database, brands: Brands) -> None:
    async with database.work(brands.voltara) as work:
        await put(work, at(0, authorization_reference="REF1"))
        await put(work, at(1, authorization_reference=None))
        row = await sessions.by_reference(work, "REF1")
        assert row is not None
        assert row.version == 2


async def test_another_partner_that_is_no_hub_says_nothing_of_a_session(database: Database, brands: Brands) -> None:
    async with database.work(brands.voltara) as work:
        await put(work, at(0))
        assert await sessions.put(work, OTHER_SOURCE, at(1, kwh=Decimal(99)), b"{}") == Put(applied=False, id=None)
        assert await sessions.find(work, OTHER_SOURCE, OPERATOR, "S1") is None


@pytest.mark.isolation
async def test_another_brand_finds_nothing_and_changes_nothing(database: Database, brands: Brands) -> None:
    async with database.work(brands.voltara) as work:
        stored = await put(work, at(0))
        assert stored.id is not None
    async with database.work(brands.kilowind) as work:
        assert await sessions.get(work, stored.id) is None
        assert await sessions.find(work, SOURCE, OPERATOR, "S1") is None
        assert await sessions.by_reference(work, "REF1") is None
        await put(work, at(5, kwh=Decimal(99)))
    async with database.work(brands.voltara) as work:
        row = await sessions.get(work, stored.id)
        assert row is not None
        assert row.kwh == Decimal("1.5")


async def test_a_grant_keeps_what_it_was_given_for(database: Database, brands: Brands) -> None:
    pins = Pins(plan_version=new_id(), rule_pack="eu_afir@1", tariff_version=new_id(), offer={"total": "4.00"})
    grant = Grant("REF1", SOURCE, new_id(), "TOKEN1", Stream.AD_HOC, pins, NOON)
    again = Grant("REF1", SOURCE, new_id(), "OTHER", Stream.B2B, pins, NOON)
    async with database.work(brands.voltara) as work:
        await grants.add(work, grant)
        await grants.add(work, again)
        assert await grants.find(work, "REF1") == grant
        assert await grants.find(work, "REF2") is None
    async with database.work(brands.kilowind) as work:
        assert await grants.find(work, "REF1") is None
