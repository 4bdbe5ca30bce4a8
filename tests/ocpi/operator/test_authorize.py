"""Partners' tokens at our stations: what their whitelists allow, what the partner says, and what counts without an answer."""

from collections.abc import AsyncIterator
from dataclasses import replace
from itertools import product

import httpx
import pytest
from starlette.applications import Starlette

from roamgrid.canonical.party import PartyId, Role
from roamgrid.canonical.token import Allowed, TokenType
from roamgrid.core.operator.authorizing import Basis, ForeignAuthorization, Shown
from roamgrid.ocpi.outbound.operator.issuers import OcpiTokenIssuers
from roamgrid.ocpi.versions import SPEECHES
from tests.ocpi.inbound.world import BASE
from tests.ocpi.operator.conftest import STRANGER, VOLTARA
from tests.ocpi.operator.roaming import Roaming, open_roaming
from tests.ocpi.operator.test_tokens import token
from tests.ocpi.outbound.partner import Answering, FakePartner, ok, refusal, running_partner

VERSIONS = tuple(SPEECHES)
PATH = "/tokens/04A2B3/authorize"
HUB = PartyId("NL", "HUB")


@pytest.fixture
async def roaming(operator) -> AsyncIterator[Roaming]:
    async with open_roaming(operator) as opened:
        yield opened


@pytest.fixture
async def roamer() -> AsyncIterator[FakePartner]:
    async with running_partner() as partner:
        yield partner


@pytest.fixture
def desk(roaming) -> ForeignAuthorization:
    world = roaming.operator.world
    issuers = OcpiTokenIssuers(world.database, world.connections, roaming.clients, timeout_s=0.5)
    return ForeignAuthorization(world.database, issuers)


def shown(**changes) -> Shown:
    return Shown(**{"operator": VOLTARA, "uid": "04a2b3", "location_id": "LOC1", "evse_uids": ("E1", "E2"), **changes})


def allows(version="2.2.1", allowed="ALLOWED", **more):
    told = {"allowed": allowed, **more}
    if version != "2.1.1":
        told |= {"token": token(version), "authorization_reference": "REF-1"}
    return ok(told)


async def known(roaming, roamer, version="2.2.1", **changes):
    partner = await roaming.provider(roamer, version)
    answer = await partner.call("PUT", "cpo/tokens/BE/RMR/04A2B3", token(version, **changes))
    assert answer.status_code == 201, answer.text
    return partner


@pytest.mark.parametrize("version", VERSIONS)
async def test_the_issuer_is_asked_with_the_place(roaming, roamer, desk, version):
    await known(roaming, roamer, version, whitelist="NEVER")
    roamer.script[PATH] = [allows(version, location={"location_id": "LOC1", "evse_uids": ["E2"]})]
    decision = await desk.authorize(roaming.operator.ctx, shown())
    assert (decision.allowed, decision.basis, decision.evse_uids) == (Allowed.ALLOWED, Basis.ISSUER, ("E2",))
    assert decision.reference == (None if version == "2.1.1" else "REF-1")
    (asked,) = roamer.asked
    assert (asked.method, asked.path, asked.query) == ("POST", PATH, {"type": "RFID"})
    assert (asked.body["location_id"], asked.body["evse_uids"]) == ("LOC1", ["E1", "E2"])
    assert asked.headers.get("ocpi-to-party-id") == (None if version == "2.1.1" else "RMR")


@pytest.mark.parametrize(
    ("whitelist", "valid", "asked", "offline"),
    [
        ("ALWAYS", True, False, Allowed.ALLOWED),
        ("ALWAYS", False, False, Allowed.BLOCKED),
        ("ALLOWED", True, False, Allowed.ALLOWED),
        ("ALLOWED", False, True, Allowed.BLOCKED),
        ("ALLOWED_OFFLINE", True, True, Allowed.ALLOWED),
        ("ALLOWED_OFFLINE", False, True, Allowed.BLOCKED),
        ("NEVER", True, True, Allowed.NOT_ALLOWED),
        ("NEVER", False, True, Allowed.NOT_ALLOWED),
    ],
)
async def test_the_whitelist_says_who_is_asked_and_what_counts_without_an_answer(
    roaming, roamer, desk, whitelist, valid, asked, offline
):
    await known(roaming, roamer, whitelist=whitelist, valid=valid)
    roamer.script[PATH] = [Answering(503)]
    decision = await desk.authorize(roaming.operator.ctx, shown())
    assert (decision.allowed, bool(roamer.asked)) == (offline, asked)
    assert decision.basis is (Basis.OFFLINE if asked else Basis.WHITELIST)


async def test_a_partner_that_does_not_answer_in_time_counts_as_offline(roaming, roamer, desk):
    await known(roaming, roamer, whitelist="ALLOWED_OFFLINE")
    roamer.script[PATH] = [Answering(200, wait_s=5)]
    decision = await desk.authorize(roaming.operator.ctx, shown())
    assert (decision.allowed, decision.basis) == (Allowed.ALLOWED, Basis.OFFLINE)


@pytest.mark.parametrize("said", ["BLOCKED", "EXPIRED", "NO_CREDIT", "NOT_ALLOWED"])
async def test_what_the_issuer_says_outweighs_its_whitelist(roaming, roamer, desk, said):
    await known(roaming, roamer, whitelist="ALLOWED_OFFLINE")
    roamer.script[PATH] = [allows(allowed=said)]
    decision = await desk.authorize(roaming.operator.ctx, shown())
    assert (decision.allowed, decision.basis) == (Allowed(said), Basis.ISSUER)


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_token_that_its_issuer_does_not_know_any_more_is_not_let_in(roaming, roamer, desk, version):
    await known(roaming, roamer, version, whitelist="NEVER")
    roamer.script[PATH] = [refusal(2000 if version == "2.1.1" else 2004, "unknown", http=404)]
    decision = await desk.authorize(roaming.operator.ctx, shown())
    assert (decision.allowed, decision.basis) == (Allowed.NOT_ALLOWED, Basis.UNKNOWN)


async def test_an_answer_that_nobody_understands_is_no_answer(roaming, roamer, desk):
    await known(roaming, roamer, whitelist="NEVER")
    roamer.script[PATH] = [allows(allowed="PERHAPS")]
    decision = await desk.authorize(roaming.operator.ctx, shown())
    assert (decision.allowed, decision.basis) == (Allowed.NOT_ALLOWED, Basis.OFFLINE)


async def test_an_app_token_is_called_other_in_2_1_1(roaming, roamer, desk):
    partner = await roaming.provider(roamer, "2.1.1")
    await partner.call("PUT", "cpo/tokens/BE/RMR/04A2B3", token("2.1.1", type="OTHER", whitelist="NEVER"))
    roamer.script[PATH] = [allows("2.1.1")]
    assert (await desk.authorize(roaming.operator.ctx, shown(type=TokenType.OTHER))).allowed is Allowed.ALLOWED
    assert roamer.asked[0].query == {"type": "OTHER"}


async def test_of_two_partners_with_one_uid_the_one_that_knows_its_driver_decides(roaming, roamer, desk):
    await known(roaming, roamer, whitelist="NEVER")
    async with running_partner() as other:
        stranger = await roaming.provider(other, party=STRANGER)
        theirs = token(country_code="FR", party_id="STR", whitelist="NEVER")
        await stranger.call("PUT", "cpo/tokens/FR/STR/04A2B3", theirs)
        roamer.script[PATH] = [allows(allowed="NOT_ALLOWED")]
        other.script[PATH] = [allows()]
        decision = await desk.authorize(roaming.operator.ctx, shown())
    assert (decision.allowed, decision.token.party) == (Allowed.ALLOWED, STRANGER)


async def test_a_contract_in_a_vehicle_is_asked_of_the_issuer_that_it_names(roaming, roamer, desk):
    await roaming.provider(roamer, "2.3.0")
    path = "/tokens/BERMRC00000001/authorize"
    roamer.script[path] = [allows("2.3.0")]
    decision = await desk.authorize(roaming.operator.ctx, shown(uid="BERMRC00000001", type=TokenType.EMAID))
    assert (decision.allowed, [asked.path for asked in roamer.asked]) == (Allowed.ALLOWED, [path])


async def test_an_unknown_card_is_asked_of_the_hub_which_decides_who_answers(roaming, roamer, desk):
    await roaming.provider(roamer, party=HUB, role=Role.HUB)
    roamer.script["/tokens/FFFF/authorize"] = [allows()]
    decision = await desk.authorize(roaming.operator.ctx, shown(uid="FFFF"))
    assert (decision.allowed, decision.basis) == (Allowed.ALLOWED, Basis.ISSUER)
    (asked,) = roamer.asked
    assert ("ocpi-to-party-id" in asked.headers, asked.headers["ocpi-from-party-id"]) == (False, "VLT")


@pytest.mark.isolation
async def test_a_card_that_nobody_knows_is_not_let_in_and_brands_do_not_share_tokens(roaming, roamer, desk, brands):
    await known(roaming, roamer, whitelist="ALWAYS")
    assert (await desk.authorize(brands.kilowind, shown())).basis is Basis.UNKNOWN
    decision = await desk.authorize(roaming.operator.ctx, shown(uid="FFFF"))
    assert (decision.allowed, decision.basis, roamer.asked) == (Allowed.NOT_ALLOWED, Basis.UNKNOWN, [])


@pytest.fixture
async def surface(roaming, desk) -> AsyncIterator[httpx.AsyncClient]:
    """The surface of a deployment whose operators' back ends may ask about partners' tokens."""
    app = Starlette(routes=replace(roaming.operator.world.inbound, foreign=desk).routes())
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url=BASE) as http:
        yield http


@pytest.mark.parametrize(("version", "told_in"), tuple(product(VERSIONS, VERSIONS)))
async def test_our_back_end_asks_us_about_a_partners_card_as_about_ours(roaming, roamer, surface, version, told_in):
    await known(roaming, roamer, version, whitelist="NEVER")
    roamer.script[PATH] = [allows(version), allows(version, allowed="BLOCKED")]
    back_end = replace(await roaming.operator.back_end(told_in), http=surface)
    place = {"location_id": "LOC1", "evse_uids": ["E1"]}
    for said in ("ALLOWED", "BLOCKED"):  # the second time the caller is known and could take the short cut
        answer = await back_end.call("POST", "tokens/04A2B3/authorize", place)
        assert (answer.status_code, answer.json()["data"]["allowed"]) == (200, said), answer.text
    data = answer.json()["data"]
    assert data["location"]["location_id"] == "LOC1"
    assert data.get("token", {}).get("contract_id") == (None if told_in == "2.1.1" else "BE-RMR-C00000001-9")
    assert [asked.body["evse_uids"] for asked in roamer.asked] == [["E1"], ["E1"]]


async def test_nobody_but_our_back_end_learns_of_partners_cards(roaming, roamer, surface):
    await known(roaming, roamer, whitelist="ALWAYS")
    greenfield = await roaming.operator.world.partner(roaming.operator.ctx)
    for _ in range(2):
        answer = await replace(greenfield, http=surface).call("POST", "tokens/04A2B3/authorize")
        assert (answer.status_code, answer.json()["status_code"]) == (404, 2004)
    back_end = replace(await roaming.operator.back_end(), http=surface)
    assert (await back_end.call("POST", "tokens/04A2B3/authorize")).json()["data"]["allowed"] == "ALLOWED"
    assert (await back_end.call("POST", "tokens/FFFF/authorize")).json()["status_code"] == 2004
