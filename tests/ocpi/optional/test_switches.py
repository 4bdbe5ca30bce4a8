"""An optional module is there for those that declare it, in the versions that know it, and absent for everybody else."""

from base64 import b64encode

from tests.ocpi.optional.conftest import MODULES, Optional


async def announced(partner) -> set[tuple[str, str]]:
    answer = await partner.http.get(
        f"/ocpi/{partner.tenant}/{partner.version}", headers={"Authorization": f"Token {_encoded(partner)}"}
    )
    return {(one["identifier"], one.get("role", "")) for one in answer.json()["data"]["endpoints"]}


def _encoded(partner) -> str:
    return b64encode(partner.token.encode()).decode()


async def test_declared_modules_are_announced_to_those_whom_they_concern(optional: Optional):
    to_operator = await announced(await optional.operator())
    assert {one for one in to_operator if one[0] in MODULES} == {
        ("bookings", "RECEIVER"),
        ("invoicereconciliation", "RECEIVER"),
        ("invoicereconciliation", "SENDER"),
    }
    to_provider = await announced(await optional.provider())
    assert {one for one in to_provider if one[0] in MODULES} == {
        ("payments", "RECEIVER"),
        ("invoicereconciliation", "RECEIVER"),
        ("invoicereconciliation", "SENDER"),
    }


async def test_undeclared_modules_are_neither_announced_nor_answered(optional: Optional, brands):
    elsewhere = await optional.world.partner(brands.kilowind, version="2.3.0")
    assert not {one for one in await announced(elsewhere) if one[0] in MODULES}
    for method, path in (("GET", "bookings/NL/GRF/B1"), ("POST", "invoicereconciliation"), ("GET", "invoicereconciliation")):
        assert (await elsewhere.call(method, path, {} if method == "POST" else None)).status_code == 404


async def test_a_version_without_the_module_has_no_such_address(optional: Optional):
    before = await optional.operator("2.2.1")
    assert not {one for one in await announced(before) if one[0] in MODULES}
    assert (await before.call("GET", "bookings/NL/GRF/B1")).status_code == 404
