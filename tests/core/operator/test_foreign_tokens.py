"""Partners' tokens in the store: the newest state stands, whatever order the news comes in."""

import asyncio
from datetime import timedelta
from itertools import permutations
from uuid import uuid4

import pytest

from roamgrid.canonical.party import Party, PartyId, Role, SourceId
from roamgrid.canonical.token import Token, TokenRef, TokenType, Whitelist
from roamgrid.core.operator import addressees, foreign_tokens
from roamgrid.core.operator.addressees import Nobody
from roamgrid.core.operator.foreign_tokens import Kept
from roamgrid.core.parties import service as parties
from roamgrid.core.parties import standing
from roamgrid.core.parties.standing import SourceKind
from tests.builders import NOON, received

ROAMER, STRANGER, OURS = PartyId("BE", "RMR"), PartyId("FR", "STR"), PartyId("NL", "VLT")
BILATERAL, HUB = SourceId(uuid4()), SourceId(uuid4())


def token(minute=0, *, uid="04A2B3", valid=True, party=ROAMER, contract="BE-RMR-C1"):
    at = NOON + timedelta(minutes=minute)
    return received(Token(party, uid, TokenType.RFID, contract, "Roamer", valid, Whitelist.ALLOWED, at))


async def state(work):
    rows = await (await work.conn.execute("select uid, valid, last_updated from foreign_token order by uid_key")).fetchall()
    return [(row["uid"], row["valid"], (row["last_updated"] - NOON) // timedelta(minutes=1)) for row in rows]


@pytest.mark.parametrize("order", list(permutations(range(3))))
async def test_whatever_the_order_the_newest_state_stands(database, brands, order):
    news = [token(0), token(1, valid=False), token(2)]
    async with database.work(brands.voltara) as work:
        kept = [await foreign_tokens.put(work, BILATERAL, news[number]) for number in order]
        assert await state(work) == [("04A2B3", True, 2)]
    newest = -1
    for number, said in zip(order, kept, strict=True):
        assert said is (Kept.NEW if newest < 0 else Kept.CHANGED if number > newest else Kept.STALE)
        newest = max(newest, number)


async def test_a_page_answers_for_each_of_its_tokens(database, brands):
    async with database.work(brands.voltara) as work:
        first = await foreign_tokens.put_page(work, BILATERAL, [token(uid="A"), token(uid="B"), token(1, uid="a", valid=False)])
        again = await foreign_tokens.put_page(work, BILATERAL, [token(uid="B"), token(2, uid="A"), token(uid="C")])
        assert await foreign_tokens.put_page(work, BILATERAL, []) == []
        assert await state(work) == [("A", True, 2), ("B", True, 0), ("C", True, 0)]
    assert (first, again) == ([Kept.NEW] * 3, [Kept.SAME, Kept.CHANGED, Kept.NEW])


async def test_two_pages_with_the_same_tokens_wait_for_each_other(database, brands):
    async def store(minute, uids):
        async with database.work(brands.voltara) as work:
            await foreign_tokens.put_page(work, BILATERAL, [token(minute, uid=uid) for uid in uids])

    names = [f"{number:04}" for number in range(300)]
    await asyncio.gather(store(1, names), store(2, reversed(names)))
    async with database.work(brands.voltara) as work:
        assert {minute for _, _, minute in await state(work)} == {2}


@pytest.mark.isolation
async def test_a_brand_does_not_see_the_others_tokens(database, brands):
    async with database.work(brands.voltara) as work:
        await foreign_tokens.put(work, BILATERAL, token())
    async with database.work(brands.kilowind) as work:
        assert await state(work) == []
        assert await foreign_tokens.shown(work, "04A2B3", "RFID") == []
        found = await addressees.look_up(work, TokenRef("04A2B3", "RFID", "BE-RMR-C1", ROAMER), {BILATERAL}, [OURS])
    assert found is Nobody.UNKNOWN_TOKEN


async def look_up(work, party=ROAMER, partners=(BILATERAL, HUB), contract="BE-RMR-C1", uid="04A2B3"):
    found = await addressees.look_up(work, TokenRef(uid, "RFID", contract, party), set(partners), [OURS])
    return found if isinstance(found, Nobody) else found.connection


async def test_who_told_the_token_comes_first_its_issuer_itself_before_a_hub(database, brands):
    async with database.work(brands.voltara) as work:
        await standing.note_kind(work, HUB, SourceKind.HUB)
        assert await look_up(work) is Nobody.UNKNOWN_TOKEN
        await parties.register(work, BILATERAL, [Party(ROAMER, Role.EMSP, "Roamer")])
        assert await look_up(work) == BILATERAL, "its issuer is a partner"
        await foreign_tokens.put(work, HUB, token())
        assert await look_up(work) == HUB, "it was told over the hub"
        await foreign_tokens.put(work, BILATERAL, token())
        assert await look_up(work) == BILATERAL
        assert await look_up(work, partners=(HUB,)) == HUB, "a connection that we face as an operator"
        assert await look_up(work, party=OURS) is Nobody.OURS


async def test_a_contract_alone_names_its_token_unless_two_parties_claim_it(database, brands):
    async with database.work(brands.voltara) as work:
        await foreign_tokens.put(work, BILATERAL, token())
        assert await look_up(work, party=None, uid="BE-RMR-C1") == BILATERAL
        assert await look_up(work, party=None, uid="04a2b3", contract="04a2b3") == BILATERAL, "some write the uid there"
        await foreign_tokens.put(work, HUB, token(uid="FFFF", party=STRANGER))
        assert await look_up(work, party=None, uid="BE-RMR-C1") is Nobody.AMBIGUOUS
        assert await look_up(work) == BILATERAL, "the issuer is named"
