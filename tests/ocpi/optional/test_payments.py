"""Payments: a terminal provider tells us, the operator, of terminals and captures; we assign and switch them."""

import pytest

from roamgrid.ocpi.payments import Terminal
from tests.ocpi.optional.conftest import Optional

TERMINAL = {"terminal_id": "T-1", "customer_reference": "C1", "last_updated": "2026-06-01T12:00:00Z", "extra": True}
ADVICE = {
    "id": "F-1",
    "authorization_reference": "ref-1",
    "total_costs": {"before_taxes": 10.5, "taxes": [{"name": "btw", "amount": 2.205}]},
    "currency": "EUR",
    "eft_data": ["VISA ****1234"],
    "capture_status_code": "SUCCESS",
    "last_updated": "2026-06-01T12:00:00Z",
}
OLD_ADVICE = ADVICE | {"total_costs": {"excl_vat": 10.5, "incl_vat": 12.705}}


async def test_a_terminal_is_told_once_and_read_back_word_for_word(optional: Optional, brands):
    provider = await optional.provider()
    assert (await provider.call("POST", "cpo/payments/terminals", TERMINAL)).status_code == 201
    assert (await provider.call("POST", "cpo/payments/terminals/", TERMINAL)).status_code == 200
    assert (await provider.call("GET", "cpo/payments/terminals/t-1")).json()["data"] == TERMINAL
    assert [row["version"] for row in await optional.held("terminal")] == [1]
    stranger = await optional.provider()
    assert (await stranger.call("GET", "cpo/payments/terminals/T-1")).status_code == 404
    assert await optional.world.rows(brands.kilowind, "select id from module_object") == []


@pytest.mark.parametrize("body", [ADVICE, OLD_ADVICE], ids=["2.3.0 price", "the chapter's own samples"])
async def test_what_a_capture_came_to_is_kept(optional: Optional, body: dict):
    provider = await optional.provider()
    answer = await provider.call("POST", "cpo/payments/financial-advice-confirmations", body)
    assert answer.status_code == 201, answer.text
    read = await provider.call("GET", "cpo/payments/financial-advice-confirmations/F-1")
    assert read.json()["data"] == body


@pytest.mark.parametrize("body", [{}, {"terminal_id": None}, [], {**ADVICE, "id": "F-9"}])
async def test_what_is_no_terminal_is_2001_and_nothing_is_kept(optional: Optional, body: object):
    provider = await optional.provider()
    answer = await provider.call("POST", "cpo/payments/terminals", body)
    assert (answer.status_code, answer.json()["status_code"]) == (200, 2001)
    assert await optional.held("terminal") == []
    assert (await provider.call("POST", "cpo/payments/elsewhere", TERMINAL)).status_code == 404


async def test_terminals_are_asked_for_assigned_and_switched_off(optional: Optional):
    provider = await optional.provider()
    source, terminals, ctx = provider.id, optional.terminals, optional.ctx
    await terminals.activate(ctx, source, Terminal(None, None, customer_reference="C1", location_ids=("LOC1",)))
    await terminals.assign(ctx, source, "T/1", ["LOC1"], ["E1"])
    await terminals.deactivate(ctx, source, "T/1")
    activate, assign, deactivate = optional.platform.asked
    assert (activate.method, activate.path, activate.body["customer_reference"]) == (
        "POST",
        "/payments/terminals/activate",
        "C1",
    )
    assert (assign.method, assign.body["location_ids"], assign.body["evse_uids"]) == ("PATCH", ["LOC1"], ["E1"])
    assert "last_updated" in assign.body
    assert (deactivate.method, deactivate.path) == ("POST", "/payments/terminals/T/1/deactivate")


async def test_what_was_missed_is_pulled(optional: Optional):
    provider = await optional.provider()
    optional.platform.lists["payments"] = [TERMINAL]
    terminals, advices = await optional.terminals.pull(optional.ctx, provider.id)
    assert (terminals.stored, advices.refused) == (1, 1), "the platform answers both lists alike: a terminal is no capture"
    assert (await provider.call("GET", "cpo/payments/terminals/T-1")).json()["data"] == TERMINAL
