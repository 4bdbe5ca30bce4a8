"""A declared plan is kept in every version that ever held."""

from decimal import Decimal

import pytest

from roamgrid.canonical.party import PartyId
from roamgrid.kernel.ids import new_id
from roamgrid.settlement.plans import service as plans
from roamgrid.settlement.plans.errors import InvalidPlan, UnknownPlan
from tests.settlement.world import FIXED, PASS_THROUGH, World, declared, plan


async def test_applying_the_same_declaration_again_changes_nothing(voltara: World):
    async with voltara.database.orm(voltara.ctx) as work:
        assert await plans.apply(work, declared()) == []
    assert len(await voltara.rows("select from plan_version")) == 2


async def test_a_changed_plan_is_a_new_version_and_the_old_one_stays(voltara: World):
    old = await voltara.plan("flat")
    async with voltara.database.orm(voltara.ctx) as work:
        changed = await plans.apply(
            work, declared("voltara", PASS_THROUGH, FIXED.model_copy(update={"per_kwh": Decimal("0.55")}))
        )
        assert [(new.code, new.per_kwh) for new in changed] == [("flat", Decimal("0.55"))]
        assert await plans.by_code(work, "flat") == changed[0]
        assert await plans.version(work, old.id) == old


async def test_partner_fees_survive_storage_exactly(voltara: World):
    fees = {"NL*GRF": Decimal("0.205")}
    async with voltara.database.orm(voltara.ctx) as work:
        await plans.apply(work, declared("voltara", PASS_THROUGH.model_copy(update={"partner_fees": fees}), FIXED))
        stored = await plans.default(work)
    assert stored.session_fee_at(PartyId("NL", "GRF")) == Decimal("0.205")
    assert stored.session_fee_at(PartyId("NL", "XYZ")) == Decimal("0.35")


async def test_the_default_moves_without_a_new_version(voltara: World):
    now = declared("voltara", PASS_THROUGH.model_copy(update={"default": False}), FIXED.model_copy(update={"default": True}))
    async with voltara.database.orm(voltara.ctx) as work:
        assert await plans.apply(work, now) == []
        assert (await plans.default(work)).code == "flat"


async def test_a_plan_no_longer_declared_is_kept_for_the_drivers_on_it(voltara: World):
    async with voltara.database.orm(voltara.ctx) as work:
        assert await plans.apply(work, declared("voltara", PASS_THROUGH)) == []
        assert (await plans.by_code(work, "flat")).per_kwh == Decimal("0.52")


async def test_a_withdrawn_plan_comes_back_with_its_version(voltara: World):
    old = await voltara.plan("flat")
    async with voltara.database.orm(voltara.ctx) as work:
        await plans.apply(work, declared("voltara", PASS_THROUGH))
        await plans.apply(work, declared("voltara", PASS_THROUGH, FIXED))
        assert await plans.by_code(work, "flat") == old


@pytest.mark.parametrize(
    "wrong",
    [
        FIXED.model_copy(update={"per_kwh": None}),
        FIXED.model_copy(update={"session_fee": Decimal(1)}),
        FIXED.model_copy(update={"partner_fees": {"NL*GRF": Decimal(1)}}),
        PASS_THROUGH.model_copy(update={"code": "flat", "default": False, "per_kwh": Decimal("0.50")}),
    ],
)
async def test_a_plan_that_contradicts_itself_is_refused(voltara: World, wrong):
    async with voltara.database.orm(voltara.ctx) as work:
        with pytest.raises(InvalidPlan) as refused:
            await plans.apply(work, declared("voltara", PASS_THROUGH, wrong))
    assert refused.value.field == "plans"


async def test_the_other_brands_plan_versions_do_not_exist(voltara: World, kilowind: World):
    foreign = await kilowind.plan("flat")
    async with voltara.database.orm(voltara.ctx) as work:
        with pytest.raises(UnknownPlan):
            await plans.version(work, foreign.id)
        with pytest.raises(UnknownPlan):
            await plans.version(work, new_id())


def test_the_hold_is_an_amount_in_the_plans_currency():
    assert str(plan(hold=Decimal(60)).hold_amount) == "60 EUR"
