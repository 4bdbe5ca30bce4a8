"""Each knob does what it says."""

from decimal import Decimal
from typing import Any

from roamgrid.sandbox.faults import Dice
from tests.sandbox.conftest import Cpo
from tests.sandbox.emsp import TinyEmsp

GARAGE = {"location_id": "UTR-002", "evse_uid": "UTR-002-1", "connector_id": "1"}


async def charge(cpo: Cpo, emsp: TinyEmsp, **knobs: Any) -> None:
    """One charge of 1 kWh with these faults, from command to the end of the session."""
    await cpo.control("knobs", {"stop_after_kwh": 1} | knobs)
    await emsp.start(**GARAGE)


async def test_duplicates_arrive_twice_and_identical(cpo: Cpo, connected: TinyEmsp):
    await charge(cpo, connected, duplicates=1)
    await connected.until(lambda: len(connected.bodies("/2.2.1/cdrs")) == 2)
    first, second = connected.bodies("/2.2.1/cdrs")
    assert first == second
    assert len(connected.bodies("/results/r1")) == 2


async def test_lost_messages_never_arrive_but_the_cdr_can_be_pulled(cpo: Cpo, connected: TinyEmsp):
    await charge(cpo, connected, lost=1)
    await cpo.until_pushes("cdr.lost")
    assert connected.received == []
    assert [cdr["total_energy"] for cdr in (await connected.call("GET", connected.endpoints["cdrs"])).json()["data"]] == [1]


async def test_swapped_updates_arrive_newer_first(cpo: Cpo, connected: TinyEmsp):
    await charge(cpo, connected, out_of_order=1, speed=600)
    await connected.cdr()
    stamps = [body["last_updated"] for body in connected.bodies("/2.2.1/sessions")]
    assert stamps != sorted(stamps)
    assert sorted(stamps) == sorted(set(stamps))
    assert (await cpo.state())["pushes"]["session.swapped"] >= 1


async def test_wrong_totals_claim_more_than_the_tariff_says(cpo: Cpo, connected: TinyEmsp):
    await charge(cpo, connected, wrong_totals=1)
    cdr = await connected.cdr()
    honest = Decimal("0.29") + Decimal("0.45")
    assert cdr["total_cost"] == {"excl_vat": honest * 5 / 4 + Decimal("0.5")}
    assert cdr["total_energy_cost"] == {"excl_vat": Decimal("0.29")}


async def test_errors_come_as_http_500_and_as_3000(cpo: Cpo, connected: TinyEmsp):
    await cpo.control("knobs", {"error_rate": 1})
    answers = [await connected.call("GET", connected.endpoints["tariffs"]) for _ in range(12)]
    assert {answer.status_code for answer in answers} == {200, 500}
    assert {answer.json()["status_code"] for answer in answers} == {3000}


async def test_a_cdr_can_be_posted_again_unchanged_or_with_another_total(cpo: Cpo, connected: TinyEmsp):
    await charge(cpo, connected)
    original = await connected.cdr()
    assert await cpo.control(f"replay/cdr/{original['id']}") == {"http": 200, "status_code": 1000, "status_message": ""}
    await cpo.control(f"replay/cdr/{original['id']}?change=total")
    _, same, other = connected.bodies("/2.2.1/cdrs")
    assert same == original
    assert other == original | {"total_cost": {"excl_vat": original["total_cost"]["excl_vat"] * 5 / 4 + Decimal("0.5")}}


def test_the_same_seed_gives_the_same_faults():
    def sequence(seed: int) -> list[bool]:
        dice = Dice(seed)
        return [dice.falls("lost", 0.5) for _ in range(64)]

    assert sequence(1) == sequence(1) != sequence(2)


def test_one_kind_of_fault_does_not_disturb_another():
    quiet, noisy = Dice(1), Dice(1)
    disturbed = [(noisy.falls("error", 0.5), noisy.falls("lost", 0.5))[1] for _ in range(64)]
    assert [quiet.falls("lost", 0.5) for _ in range(64)] == disturbed


def test_no_share_means_never_and_a_whole_share_always():
    dice = Dice(1)
    assert not any(dice.falls("lost", 0) for _ in range(1000))
    assert all(dice.falls("lost", 1) for _ in range(1000))
