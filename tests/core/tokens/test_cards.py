"""Card files: every line judged by itself, nothing half imported, the same file again changes nothing."""

from collections.abc import Awaitable, Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roamgrid.canonical.token import Allowed, TokenType, Whitelist
from roamgrid.core.tokens import blocking
from roamgrid.core.tokens import service as tokens
from roamgrid.core.tokens.cards.card import Card, Code, Note
from roamgrid.core.tokens.cards.file import UnreadableCardFile, read
from roamgrid.core.tokens.cards.importing import ImportedLine, Outcome, import_cards
from roamgrid.tenancy import declaration
from roamgrid.tenancy.context import TenantContext
from roamgrid.tenancy.database import Database
from tests.builders import SOURCE
from tests.conftest import ROOT, Brands
from tests.core.conftest import Announced

VOLTARA = declaration.load(ROOT / "tenants" / "voltara")
FILE = b"""uid;visual_number;contract_id;group_id;issuer;valid;valid_until;language;whitelist;driver_email
04:A1:B2:C3;NL-001;NL-VLT-C00000001;FAMILY-7;Voltara Cards;true;2030-01-01;nl;NEVER;Anna@example.org

04D4E5F6;;;;;no;;;;
"""
Events = Callable[[], Awaitable[list[Announced]]]


async def bring(database: Database, ctx: TenantContext, content: bytes, *, all_or_nothing: bool = False) -> list[ImportedLine]:
    return await import_cards(database, ctx, VOLTARA, list(read(content)), all_or_nothing=all_or_nothing)


def outcomes(report: list[ImportedLine]) -> list[tuple[int, str, list[str]]]:
    return [(line.line, line.outcome.value, [note.code.value for note in line.notes]) for line in report]


async def test_a_file_becomes_cards_and_again_changes_nothing(database: Database, brands: Brands, announced: Events):
    assert outcomes(await bring(database, brands.voltara, FILE)) == [(2, "new", []), (4, "new", [])]
    async with database.work(brands.voltara) as work:
        card = await tokens.get(work, "04A1B2C3", TokenType.RFID)
        other = await tokens.get(work, "04d4e5f6", TokenType.RFID)
    assert card is not None
    assert other is not None
    token = card.token
    assert (token.uid, token.visual_number, token.contract_id[:16], token.group_id, token.issuer) == (
        "04:A1:B2:C3",
        "NL-001",
        "NL-VLT-C00000001",
        "FAMILY-7",
        "Voltara Cards",
    )
    assert (token.valid, token.language, token.whitelist) == (True, "nl", Whitelist.NEVER)
    assert card.valid_until is not None
    assert (card.driver_id is not None, card.valid_until.isoformat()) == (True, "2030-01-01T00:00:00+00:00")
    assert (other.token.valid, other.refusal, other.token.issuer) == (False, Allowed.BLOCKED, "Voltara")
    before = len(await announced())
    assert outcomes(await bring(database, brands.voltara, FILE)) == [(2, "same", []), (4, "same", [])]
    assert len(await announced()) == before == 2


async def test_a_line_revises_what_it_states_and_leaves_the_rest(database: Database, brands: Brands):
    await bring(database, brands.voltara, FILE)
    report = await bring(database, brands.voltara, b'{"uid": "04a1b2c3", "group_id": "FLEET-1", "valid": false}\n')
    assert outcomes(report) == [(1, "changed", [])]
    async with database.work(brands.voltara) as work:
        card = await tokens.get(work, "04A1B2C3", TokenType.RFID)
    assert card is not None
    assert (card.token.group_id, card.token.language, card.refusal) == ("FLEET-1", "nl", Allowed.BLOCKED)


async def test_no_file_unblocks_a_card(database: Database, brands: Brands):
    await bring(database, brands.voltara, FILE)
    async with database.work(brands.voltara) as work:
        await blocking.block(work, "04A1B2C3", TokenType.RFID, "stolen")
    assert outcomes(await bring(database, brands.voltara, FILE)) == [(2, "same", ["STAYS_BLOCKED"]), (4, "same", [])]
    async with database.work(brands.voltara) as work:
        card = await tokens.get(work, "04A1B2C3", TokenType.RFID)
    assert card is not None
    assert (card.token.valid, card.reason) == (False, "stolen")


BAD = b"""uid,driver_email,contract_id,language
04A1B2C3,anna@example.org,,
,anna@example.org,,
04A1B2C4,bob@example.org,NL-VLT-C00000001-X,
04A1B2C5,not an address,,
04a1b2c3,,,
04A1B2C6,,,deutsch
04A1B2C7,,,nl,extra
04A1B2C8,,DE-XYZ-C00000001,
"""


async def test_bad_lines_are_named_and_the_others_are_imported(database: Database, brands: Brands):
    report = await bring(database, brands.voltara, BAD)
    assert outcomes(report) == [
        (2, "new", []),
        (3, "refused", ["MISSING"]),
        (4, "refused", ["INVALID"]),
        (5, "refused", ["INVALID"]),
        (6, "refused", ["REPEATED"]),
        (7, "refused", ["INVALID"]),
        (8, "refused", ["UNREADABLE"]),
        (9, "new", ["FOREIGN_CONTRACT"]),
    ]
    async with database.work(brands.voltara) as work:
        drivers = await (await work.conn.execute("select email from driver")).fetchall()
    assert [row["email"] for row in drivers] == ["anna@example.org"], "a refused line leaves no driver behind"


async def test_all_or_nothing_keeps_everything_out(database: Database, brands: Brands, announced: Events):
    report = await bring(database, brands.voltara, BAD, all_or_nothing=True)
    assert [line.outcome for line in report].count(Outcome.WITHDRAWN) == 2
    assert {line.outcome for line in report} == {Outcome.WITHDRAWN, Outcome.REFUSED}
    async with database.work(brands.voltara) as work:
        assert await tokens.get(work, "04A1B2C3", TokenType.RFID) is None
    assert await announced() == []
    assert {line.outcome for line in await bring(database, brands.voltara, FILE, all_or_nothing=True)} == {Outcome.NEW}


async def test_a_card_stays_with_its_driver(database: Database, brands: Brands):
    await bring(database, brands.voltara, FILE)
    report = await bring(database, brands.voltara, b'{"uid": "04A1B2C3", "driver_email": "bob@example.org"}')
    assert outcomes(report) == [(1, "refused", ["CARD_OF_ANOTHER_DRIVER"])]
    async with database.work(brands.voltara) as work:
        rows = await (await work.conn.execute("select count(*) as drivers from driver")).fetchone()
    assert rows is not None
    assert rows["drivers"] == 1


async def test_numbers_that_readers_confuse_are_warned_of(database: Database, brands: Brands):
    await bring(database, brands.voltara, b"uid\n04A1B2C3\n")
    report = await bring(database, brands.voltara, b"uid\nC3B2A104\n11223344\n44332211\n0102030405060708090A0B\n")
    assert outcomes(report) == [
        (2, "new", ["REVERSED_TWIN"]),
        (3, "new", ["REVERSED_TWIN"]),
        (4, "new", ["REVERSED_TWIN"]),
        (5, "new", ["LONG_UID"]),
    ]


@pytest.mark.isolation
async def test_the_same_card_of_another_brand_is_another_card(database: Database, brands: Brands):
    await bring(database, brands.voltara, FILE)
    async with database.work(brands.kilowind) as work:
        assert await tokens.find(work, SOURCE, "04A1B2C3") is None
    assert outcomes(await bring(database, brands.kilowind, FILE)) == [(2, "new", []), (4, "new", [])]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "names no field `uid`"),
        (b"number,holder\n1,2\n", "names no field `uid`"),
        (b"uid,colour\n1,2\n", "'colour', which is no field"),
        (b"uid,uid\n1,2\n", "names a field twice"),
        (b"\xff\xfeu\x00", "not UTF-8"),
    ],
)
def test_a_file_that_is_none_is_refused_as_a_whole(content: bytes, said: str):
    with pytest.raises(UnreadableCardFile, match=said):
        list(read(content))


def test_lines_carry_the_numbers_that_an_editor_shows():
    content = b'\xef\xbb\xbfuid,visual_number\nA,"two\nlines"\n\nB,b\nC,"open\n'
    assert [(number, getattr(found, "uid", None)) for number, found in read(content)] == [(2, "A"), (5, "B"), (6, None)]
    lines = list(read(b'{"uid": "A"}\n\n[1]\n{"uid": 7}\n{"uid": "B", "colour": "red"}\n{"uid": "B"'))
    assert [(number, found.code if isinstance(found, Note) else found) for number, found in lines] == [
        (1, Card("A")),
        (3, Code.UNREADABLE),
        (4, Code.INVALID),
        (5, Code.UNKNOWN_FIELD),
        (6, Code.UNREADABLE),
    ]


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: ("uid,valid_until,valid\n" + text).encode()))
def test_no_bytes_are_too_strange(content: bytes):
    try:
        found = list(read(content))
    except UnreadableCardFile:
        return
    assert all(isinstance(one, Card | Note) for _, one in found)
