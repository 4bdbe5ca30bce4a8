"""The database itself refuses money that does not add up, whoever asks: application, owner, or a mistake in a script."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

import psycopg
import pytest

from tests.builders import cdr
from tests.settlement.world import World

NEW_ENTRY = (
    "insert into journal_entry (id, kind, ref, at) values ('00000000-0000-7000-8000-000000000001', 'capture', 'X', now());"
)
NEW_POSTING = (
    "insert into posting (entry, position, account, amount, currency) values ('00000000-0000-7000-8000-000000000001', {});"
)


@pytest.fixture
async def billed(voltara: World) -> World:
    """A brand with one receipt."""
    await voltara.grant()
    await voltara.charge(cdr())
    return voltara


@pytest.fixture
def owner(database_url: str) -> Callable[[World], object]:
    """The database's owner, whom no grant stops."""

    @contextmanager
    def connect(world: World) -> Iterator[psycopg.Connection]:
        with closing(psycopg.connect(database_url)) as connection, connection.transaction():
            connection.execute(f'set local search_path to "{world.ctx.binding.schema}"'.encode())
            yield connection

    return connect


@pytest.mark.parametrize(
    "statements",
    [
        NEW_ENTRY,
        NEW_ENTRY + NEW_POSTING.format("1, 'a', 1, 'EUR'"),
        NEW_ENTRY + NEW_POSTING.format("1, 'a', 1, 'EUR'") + NEW_POSTING.format("2, 'b', -0.99, 'EUR'"),
        NEW_ENTRY + NEW_POSTING.format("1, 'a', 1, 'EUR'") + NEW_POSTING.format("2, 'b', -1, 'SEK'"),
        """insert into receipt_line select receipt, 9, component, origin, text, quantity, unit, unit_price, 1
             from receipt_line where position = 1""",
        """insert into posting select id, n + 10, 'accounts_receivable', n - 0.5, 'EUR'
             from journal_entry, generate_series(0, 1) n where kind = 'receipt' and n = 1""",
        """insert into posting select id, 11, 'accounts_receivable', 1, 'EUR' from journal_entry where kind = 'receipt';
           insert into posting select id, 12, 'vat_payable', -1, 'EUR' from journal_entry where kind = 'receipt'""",
    ],
)
async def test_what_does_not_add_up_cannot_be_committed(billed: World, owner, statements: str):
    with pytest.raises(psycopg.errors.CheckViolation), owner(billed) as connection:
        connection.execute(statements.encode())


async def test_a_balanced_entry_is_taken(billed: World, owner):
    with owner(billed) as connection:
        sides = NEW_POSTING.format("1, 'a', 1, 'EUR'") + NEW_POSTING.format("2, 'b', -1, 'EUR'")
        connection.execute((NEW_ENTRY + sides).encode())
    assert len(await billed.rows("select from journal_entry where kind = 'capture'")) == 1


@pytest.mark.parametrize("table", ["plan_version", "journal_entry", "posting", "receipt", "receipt_line"])
@pytest.mark.parametrize("change", ["delete from {}", "update {} set currency = 'SEK'"])
async def test_books_and_receipts_are_append_only_even_for_the_owner(billed: World, owner, table: str, change: str):
    if table in ("journal_entry", "receipt_line"):
        change = change.replace("currency = 'SEK'", "kind = 'capture'" if table == "journal_entry" else "net = 0")
    with pytest.raises(psycopg.errors.RestrictViolation, match="append-only"), owner(billed) as connection:
        connection.execute(change.format(table).encode())


@pytest.mark.parametrize(
    "statement",
    [
        "update receipt set gross = 1",
        "delete from posting",
        "update disposition set state = 'exempt', reason = 'X', receipt = null",
        "delete from disposition",
        "delete from payment",
        "delete from receipt_series",
        "truncate receipt cascade",
    ],
)
async def test_the_application_has_no_right_to_rewrite_history(billed: World, statement: str):
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        await billed.rows(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "update disposition set receipt = null",
        "update disposition set reason = 'X'",
        "update disposition set state = 'lost'",
        "insert into disposition select * from disposition",
        "insert into payment values ('R', uuidv7(), 'EUR', 5, 6, 'captured', 'pi', null, now(), now())",
        "insert into payment values ('R', uuidv7(), 'EUR', 5, 0, 'held', null, null, now(), now())",
        "insert into plan_version select uuidv7(), 'x', 'x', 'pass_through', 'b2b', 1, 0, 0, '{}', 1, 'EUR', now()",
    ],
)
async def test_states_that_cannot_be_are_refused(billed: World, owner, statement: str):
    with pytest.raises(psycopg.errors.IntegrityError), owner(billed) as connection:
        connection.execute(statement.encode())
