"""Who may accept a token without asking: the token's own word, then the partner's contract, then the brand's default."""

from uuid import UUID

import pytest
from pydantic import ValidationError

from roamgrid.canonical.contract_id import ContractId
from roamgrid.canonical.party import PartyId, SourceId
from roamgrid.canonical.token import TokenType, Whitelist
from roamgrid.core.tokens import policy
from roamgrid.core.tokens import service as tokens
from roamgrid.kernel.errors import Invalid
from roamgrid.kernel.ids import new_id
from roamgrid.tenancy.database import Database, Work
from roamgrid.tenancy.declaration import DeclaredTokens
from tests.builders import SOURCE
from tests.conftest import Brands

US = PartyId("NL", "VLT")
PARTNER_B = SourceId(UUID("00000000-0000-7000-8000-00000000beef"))


async def told(work: Work, uid: str, source: SourceId = SOURCE) -> Whitelist:
    known = await tokens.find(work, source, uid)
    assert known is not None
    page = await tokens.page(work, source, None, None, 0, 10)
    assert {token.uid: token for token in page.tokens}[uid] == known.token, "pulled and pushed say the same"
    return known.token.whitelist


async def test_the_token_beats_the_contract_which_beats_the_brand(database: Database, brands: Brands):
    async with database.work(brands.voltara) as work:
        for uid in ("CARD1", "CARD2"):
            await tokens.add_rfid(work, None, uid, US, "Voltara", default=Whitelist.ALLOWED_OFFLINE)
        assert await told(work, "CARD1") is Whitelist.ALLOWED_OFFLINE
        assert await policy.set_for_partner(work, SOURCE, TokenType.RFID, Whitelist.NEVER) == 2
        assert await policy.set_for_partner(work, SOURCE, TokenType.RFID, Whitelist.NEVER) == 0, "said already"
        await policy.set_for_token(work, "CARD2", TokenType.RFID, Whitelist.ALWAYS, Whitelist.ALLOWED)
        assert (await told(work, "CARD1"), await told(work, "CARD2")) == (Whitelist.NEVER, Whitelist.ALWAYS)
        assert await told(work, "CARD1", PARTNER_B) is Whitelist.ALLOWED_OFFLINE
        assert await policy.set_for_partner(work, SOURCE, TokenType.RFID, None) == 1
        assert await told(work, "CARD1") is Whitelist.ALLOWED_OFFLINE


async def test_cards_follow_a_new_declaration_except_those_with_a_word_of_their_own(database: Database, brands: Brands):
    declared = DeclaredTokens.model_validate({"whitelist": {"RFID": "NEVER"}})
    async with database.work(brands.voltara) as work:
        for uid in ("CARD1", "CARD2"):
            await tokens.add_rfid(work, None, uid, US, "Voltara")
        await policy.set_for_token(work, "CARD2", TokenType.RFID, Whitelist.ALWAYS, Whitelist.ALLOWED)
        before = await tokens.find(work, SOURCE, "CARD1")
        assert await policy.declare(work, DeclaredTokens()) == 0
        assert await policy.declare(work, declared) == 1
        assert await policy.declare(work, declared) == 0
        after = await tokens.find(work, SOURCE, "CARD1")
        assert before is not None
        assert after is not None
        assert after.token.last_updated > before.token.last_updated, "a pull since then brings it"
        assert (await told(work, "CARD1"), await told(work, "CARD2")) == (Whitelist.NEVER, Whitelist.ALWAYS)


async def test_tokens_that_exist_to_be_asked_for_are_never_whitelisted(database: Database, brands: Brands):
    async with database.work(brands.voltara) as work:
        app = await tokens.app_token(work, new_id(), SOURCE, US, "Voltara")
        car = await tokens.add_emaid(work, None, ContractId("NL", "VLT", "C00000001"), US, "Voltara")
        for kind in (TokenType.APP_USER, TokenType.AD_HOC_USER, TokenType.EMAID):
            with pytest.raises(Invalid):
                await policy.set_for_partner(work, SOURCE, kind, Whitelist.ALWAYS)
        assert (app.whitelist, car.whitelist) == (Whitelist.NEVER, Whitelist.NEVER)
        assert [token.uid for token in (await tokens.page(work, SOURCE, None, None, 0, 10)).tokens] == [app.uid]
        assert await tokens.find(work, SOURCE, "nl-vlt-c00000001-" + car.uid[-1]) is not None, "in every spelling"


@pytest.mark.isolation
async def test_a_brands_policy_is_its_own(database: Database, brands: Brands):
    async with database.work(brands.voltara) as work:
        await tokens.add_rfid(work, None, "CARD1", US, "Voltara")
    async with database.work(brands.kilowind) as work:
        assert await policy.set_for_partner(work, SOURCE, TokenType.RFID, Whitelist.NEVER) == 0
    async with database.work(brands.voltara) as work:
        assert await told(work, "CARD1") is Whitelist.ALLOWED


@pytest.mark.parametrize(
    "stated",
    [
        {"tries_per_minute": 0},
        {"tries_per_minute": "of"},
        {"max_speed_kmh": 5},
        {"whitelist": {"APP_USER": "ALWAYS"}},
        {"x": 1},
    ],
)
def test_a_declaration_with_a_slip_is_refused(stated: dict[str, object]):
    with pytest.raises(ValidationError):
        DeclaredTokens.model_validate(stated)


def test_a_brand_that_declares_nothing_has_limits():
    declared = DeclaredTokens()
    assert (declared.tries_per_minute, declared.max_speed_kmh, declared.parallel_sessions) == (20, 500, 3)
    assert policy.default_whitelist(declared, TokenType.RFID) is None
