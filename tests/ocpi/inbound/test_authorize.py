"""Real-time authorization: a driver stands at the reader."""

from datetime import timedelta
from uuid import UUID

import pytest

from roamgrid.canonical.party import PartyId
from roamgrid.canonical.token import TokenType
from roamgrid.core.tokens import service as tokens
from roamgrid.core.tokens.blocking import block
from roamgrid.core.tokens.reference import Authorized, References
from roamgrid.kernel.clock import SystemClock
from tests.conftest import Brands
from tests.ocpi.inbound.world import KEY, Partner, World

VOLTARA = PartyId("NL", "VLT")
DRIVER = UUID(int=7)
CARD = "04A1B2C3"


@pytest.fixture
async def card(world: World, brands: Brands) -> str:
    """A card of a Voltara driver."""
    async with world.database.work(brands.voltara) as work:
        await tokens.add_rfid(work, DRIVER, CARD, VOLTARA, "Voltara")
    return CARD


@pytest.fixture(params=["long way", "short cut"])
async def asking(request: pytest.FixtureRequest, cpo: Partner) -> Partner:
    """An operator that was not heard of for a minute, or one that called just now."""
    if request.param == "short cut":
        await cpo.call("GET", "credentials")
    return cpo


async def test_a_valid_card_is_allowed_with_the_whole_token(asking: Partner, card: str):
    answer = await asking.call("POST", f"tokens/{card}/authorize?type=RFID")
    assert (answer.status_code, answer.json()["status_code"]) == (200, 1000)
    data = answer.json()["data"]
    assert data["allowed"] == "ALLOWED"
    assert (data["token"]["uid"], data["token"]["party_id"], data["token"]["valid"]) == (CARD, "VLT", True)
    assert {"contract_id", "issuer", "whitelist", "last_updated", "type", "country_code"} <= data["token"].keys()
    assert len(data["authorization_reference"]) == 36


async def test_the_type_is_rfid_unless_said_and_uids_compare_without_case(asking: Partner, card: str):
    answer = await asking.call("POST", f"tokens/{card.lower()}/authorize")
    assert answer.json()["data"]["allowed"] == "ALLOWED"
    answer = await asking.call("POST", f"tokens/{card}/authorize?type=OTHER")
    assert (answer.status_code, answer.json()["status_code"]) == (404, 2004)


async def test_a_blocked_card_is_blocked_and_gets_no_reference(world: World, brands: Brands, asking: Partner, card: str):
    async with world.database.work(brands.voltara) as work:
        await block(work, card, TokenType.RFID, "stolen")
    answer = await asking.call("POST", f"tokens/{card}/authorize")
    assert (answer.status_code, answer.json()["status_code"]) == (200, 1000)
    assert answer.json()["data"]["allowed"] == "BLOCKED"
    assert answer.json()["data"]["token"]["valid"] is False
    assert "authorization_reference" not in answer.json()["data"]


async def test_an_unknown_card_is_404_with_2004_and_no_data(asking: Partner):
    answer = await asking.call("POST", "tokens/DEADBEEF/authorize")
    assert (answer.status_code, answer.json()["status_code"]) == (404, 2004)
    assert "data" not in answer.json()


async def test_a_card_of_another_brand_is_unknown(other: Partner, card: str):
    for _ in range(2):
        answer = await other.call("POST", f"tokens/{card}/authorize")
        assert (answer.status_code, answer.json()["status_code"]) == (404, 2004)


async def test_an_app_token_of_another_partner_is_unknown(world: World, brands: Brands, asking: Partner):
    stranger = await world.partner(brands.voltara, "Bluefield", PartyId("NL", "BLU"))
    async with world.database.work(brands.voltara) as work:
        token = await tokens.app_token(work, DRIVER, asking.id, VOLTARA, "Voltara")
    path = f"tokens/{token.uid}/authorize?type=APP_USER"
    assert (await asking.call("POST", path)).json()["data"]["allowed"] == "ALLOWED"
    for _ in range(2):
        assert (await stranger.call("POST", path)).json()["status_code"] == 2004


async def test_the_place_is_repeated_known_or_not(asking: Partner, card: str):
    place = {"location_id": "HOME-OF-SOMEBODY", "evse_uids": ["E1", "E2"]}
    answer = await asking.call("POST", f"tokens/{card}/authorize", place)
    assert answer.json()["data"]["location"] == place
    answer = await asking.call("POST", f"tokens/{card}/authorize", {"location_id": "LOC1", "evse_uids": []})
    assert answer.json()["data"]["location"] == {"location_id": "LOC1"}


@pytest.mark.parametrize(
    ("path", "body", "http", "code", "said"),
    [
        (f"tokens/{CARD}/authorize", b"{", 400, 2000, "the body is not JSON that can be read"),
        (f"tokens/{CARD}/authorize", {"evse_uids": []}, 200, 2001, "/location_id: is missing"),
        (f"tokens/{CARD}/authorize", {"location_id": ["LOC1"]}, 200, 2001, "/location_id: "),
        (f"tokens/{CARD}/authorize?type=SMILE", None, 200, 2001, "type: is 'SMILE', not a token type"),
        (f"tokens/{CARD}/admire", None, 404, 2000, "unknown address"),
    ],
)
async def test_a_question_that_cannot_be_understood(
    asking: Partner, card: str, path: str, body: object, http: int, code: int, said: str
):
    answer = await asking.call("POST", path, body)
    assert (answer.status_code, answer.json()["status_code"]) == (http, code)
    assert answer.json()["status_message"].startswith(said)


async def test_a_suspended_partner_gets_no_answer(world: World, brands: Brands, cpo: Partner, card: str):
    await cpo.call("POST", f"tokens/{card}/authorize")
    async with world.database.work(brands.voltara) as work:
        await world.connections.suspend(work, cpo.id)
    assert (await cpo.call("POST", f"tokens/{card}/authorize")).status_code == 401


async def test_the_reference_proves_who_was_authorized_and_when(cpo: Partner, card: str, brands: Brands):
    before = SystemClock().now()
    reference = (await cpo.call("POST", f"tokens/{card}/authorize")).json()["data"]["authorization_reference"]
    references = References(KEY)
    authorized = Authorized(brands.voltara.tenant, cpo.id, card, TokenType.RFID)
    when = references.authorized_at(reference.upper(), authorized)
    assert when is not None
    assert before - timedelta(milliseconds=1) <= when <= SystemClock().now()
    for stranger in (
        Authorized(brands.kilowind.tenant, cpo.id, card, TokenType.RFID),
        Authorized(brands.voltara.tenant, cpo.id, "04FFFFFF", TokenType.RFID),
        Authorized(brands.voltara.tenant, cpo.id, card, TokenType.OTHER),
    ):
        assert references.authorized_at(reference, stranger) is None
    assert References(b"1" * 32).authorized_at(reference, authorized) is None
    assert references.authorized_at("not ours", authorized) is None
    assert references.authorized_at(str(UUID(int=7)), authorized) is None


async def test_the_role_of_the_short_cut_reads_what_the_answer_needs_and_writes_nothing(world: World, brands: Brands):
    """Of drivers, sessions and stations it sees single columns: no name, no address, no price."""
    params = (brands.voltara.binding.schema, f'"{world.database.roles.authorize}"')
    of_tables = """select c.relname, p.privilege_type from pg_class c join pg_namespace n on n.oid = c.relnamespace,
                   aclexplode(c.relacl) p where n.nspname = %s and p.grantee = %s::regrole order by 1"""
    of_columns = """select c.relname || '.' || a.attname, p.privilege_type
                    from pg_attribute a join pg_class c on c.oid = a.attrelid
                    join pg_namespace n on n.oid = c.relnamespace, aclexplode(a.attacl) p
                    where n.nspname = %s and p.grantee = %s::regrole order by 1"""
    async with world.database.platform() as conn:
        tables = await (await conn.execute(of_tables, params)).fetchall()
        columns = await (await conn.execute(of_columns, params)).fetchall()
    assert [tuple(row.values()) for row in tables] == [
        ("ocpi_connection", "SELECT"),
        ("token", "SELECT"),
        ("token_policy", "SELECT"),
        ("token_use", "SELECT"),
    ]
    assert [tuple(row.values()) for row in columns] == [
        (name, "SELECT")
        for name in (
            "driver.id",
            "driver.refusal",
            "location.latitude",
            "location.location_id",
            "location.longitude",
            "location.source_id",
            "session.evse_uid",
            "session.location_id",
            "session.received_at",
            "session.status",
            "session.token_uid",
        )
    ]
