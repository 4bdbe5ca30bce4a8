"""The two ways to the database and the one way to bind it (D16, ADR-0003).

`Database.work` gives a transaction on psycopg for named SQL; `Database.orm` gives the same transaction with a SQLModel
session on top. Both are bound by `BIND` to one tenant's schema and role, commit when the block ends well and roll back when
it raises. Nobody else commits.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from psycopg import AsyncConnection
from psycopg.rows import DictRow, dict_row
from psycopg_pool import AsyncConnectionPool
from sqlalchemy import event
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.orm import Session
from sqlmodel.ext.asyncio.session import AsyncSession

from roamgrid.tenancy.context import Binding, TenantContext, TenantSlug
from roamgrid.tenancy.naming import PLATFORM_SCHEMA, RoleNames

Conn = AsyncConnection[DictRow]

BIND = "select set_config('search_path', %s, true), set_config('role', %s, true), set_config('app.tenant', %s, true)"


class _SharedConnection(AsyncConnection[Any]):
    """A connection under a SQLModel session, which reads tuples from its cursors; named SQL goes by `execute` and reads
    its rows by name, as on every other connection.
    """

    async def execute(self, query: Any, params: Any = None, *, prepare: bool | None = None, binary: bool = False) -> Any:
        cursor = self.cursor(row_factory=dict_row, binary=binary)
        return await cursor.execute(query, params, prepare=prepare)


_WAIT_S = 5
"""How long to wait for a free connection: a caller is better told soon than kept waiting behind a server that is down."""


class Work:
    """One transaction of one tenant, on psycopg: for the paths where every microsecond counts."""

    def __init__(self, ctx: TenantContext, conn: Conn) -> None:
        self.ctx = ctx
        self.conn = conn


class OrmWork(Work):
    """One transaction of one tenant with a SQLModel session; `conn` is the connection beneath it."""

    def __init__(self, ctx: TenantContext, conn: Conn, session: AsyncSession) -> None:
        super().__init__(ctx, conn)
        self.session = session


class Database:
    """One cell's database. Open it once per process; hand it to whoever needs a transaction."""

    def __init__(self, url: str, *, max_connections: int = 10) -> None:
        self._pool: AsyncConnectionPool[Conn] = AsyncConnectionPool(
            url,
            min_size=1,
            max_size=max_connections,
            max_lifetime=1200,
            timeout=_WAIT_S,
            kwargs={"row_factory": dict_row},
            check=AsyncConnectionPool.check_connection,
            open=False,
        )
        sync_url = make_url(url)
        self._engine: AsyncEngine = create_async_engine(
            sync_url.set(drivername="postgresql+psycopg"),
            pool_size=max_connections,
            max_overflow=0,
            pool_timeout=_WAIT_S,
            pool_recycle=1200,
            pool_pre_ping=True,
            connect_args={"async_creator_fn": _SharedConnection.connect},
        )
        self.url = url
        self.roles = RoleNames.of(url)

    async def open(self) -> None:
        """Connect. Raises `psycopg_pool.PoolTimeout` when no server answers within ten seconds."""
        await self._pool.open(wait=True, timeout=10)

    async def close(self) -> None:
        """Return every connection."""
        await self._pool.close()
        await self._engine.dispose()

    def context(self, slug: TenantSlug, actor: str = "system") -> TenantContext:
        """A context for work that no request started."""
        return TenantContext(self.roles.binding(slug), actor=actor)

    @asynccontextmanager
    async def work(self, ctx: TenantContext) -> AsyncIterator[Work]:
        """One transaction bound to the context's tenant."""
        async with self._transaction() as conn:
            await bind(conn, ctx.binding)
            yield Work(ctx, conn)

    @asynccontextmanager
    async def orm(self, ctx: TenantContext) -> AsyncIterator[OrmWork]:
        """One transaction bound to the context's tenant, with a SQLModel session."""
        async with (
            AsyncSession(self._engine, expire_on_commit=False, info={"binding": ctx.binding}) as session,
            session.begin(),
        ):
            raw: Any = await (await session.connection()).get_raw_connection()
            conn: Conn = raw.driver_connection
            yield OrmWork(ctx, conn, session)

    @asynccontextmanager
    async def platform(self) -> AsyncIterator[Conn]:
        """One transaction on the shared schema; reaches no tenant's."""
        async with self._transaction() as conn:
            await conn.execute(BIND, (PLATFORM_SCHEMA, self.roles.platform, ""))
            yield conn

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[Conn]:
        """A task that is cancelled while the pool checks a connection may leave it in autocommit (psycopg_pool 3.3). What is
        bound to a transaction would then be bound to nothing: the statements after it would run as the owner.
        """
        async with self._pool.connection() as conn:
            if conn.autocommit:
                await conn.set_autocommit(False)
            yield conn


async def bind(conn: AsyncConnection[Any], binding: Binding) -> None:
    """Bind the running transaction to a tenant: schema, role and row security, gone with the transaction."""
    await conn.execute(BIND, (binding.schema, binding.role, binding.slug))


class UnboundSession(RuntimeError):
    """A SQLModel session was opened without a tenant: open it with `Database.orm`."""


@event.listens_for(Session, "after_begin")
def _bind_session(session: Session, _transaction: object, connection: Connection) -> None:
    """Fails closed: a session that nobody bound raises before its first statement."""
    binding = session.info.get("binding")
    if not isinstance(binding, Binding):
        raise UnboundSession("a database session needs a tenant: open it with Database.orm(ctx)")
    connection.exec_driver_sql(BIND, (binding.schema, binding.role, binding.slug))
