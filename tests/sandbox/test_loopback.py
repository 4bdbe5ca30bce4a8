"""The controls answer programs on this machine only."""

import httpx
import pytest
from starlette.applications import Starlette

from roamgrid.sandbox.cpo import CpoOptions
from roamgrid.sandbox.cpo import create_app as create_cpo
from roamgrid.sandbox.psp import PspOptions
from roamgrid.sandbox.psp import create_app as create_psp


@pytest.mark.parametrize("app", [create_cpo(CpoOptions()), create_psp(PspOptions())], ids=["cpo", "psp"])
@pytest.mark.parametrize(("address", "status"), [("127.0.0.1", 200), ("::1", 200), ("192.0.2.7", 404)])
async def test_the_control_desk_is_not_there_for_others(app: Starlette, address: str, status: int):
    transport = httpx.ASGITransport(app=app, client=(address, 50000))
    async with httpx.AsyncClient(transport=transport, base_url="http://sandbox") as client:
        assert (await client.get("/_control/state")).status_code == status
