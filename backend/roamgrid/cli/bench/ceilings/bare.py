"""Bare Starlette over a psycopg pool: one indexed SELECT, one upsert with an outbox row."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec
from psycopg import AsyncConnection
from psycopg.rows import TupleRow
from psycopg_pool import AsyncConnectionPool
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

Pool = AsyncConnectionPool[AsyncConnection[TupleRow]]

CONNECTIONS = 8

FIND = """
select uid, type, country_code, party_id, contract_id, issuer, valid, whitelist from token where uid_key = %s and type = %s"""

# Both statements travel in one pipeline, which is one implicit transaction: the cheapest way there is.
UPSERT = """
insert into session (source_id, country_code, party_id, session_id, status, kwh, currency, token_uid, location_id, evse_uid,
                     connector_id, started_at, last_updated, raw)
values ('00000000-0000-0000-0000-000000000000', 'NL', 'BNC', %s, 'ACTIVE', 4.25, 'EUR', 'CARD000000', 'LOC000001', '000001-1',
        '1', '2026-06-01T10:00:00Z', '2026-06-01T10:30:00Z', %s)
on conflict (country_code, party_id, session_id) do update
   set status = excluded.status, kwh = excluded.kwh, last_updated = excluded.last_updated, raw = excluded.raw,
       received_at = now(), version = session.version + 1"""
ANNOUNCE = """
insert into platform.outbox (tenant, type, aggregate, aggregate_version, payload)
values (%s, 'session.updated.v1', %s, 1, '{}')"""

_encoder = msgspec.json.Encoder()


def pool(url: str, schema: str) -> Pool:
    """Autocommit, everything prepared, names resolved in one tenant's schema, as the owner: no binding, no row security."""
    return AsyncConnectionPool(
        url,
        min_size=CONNECTIONS,
        max_size=CONNECTIONS,
        kwargs={"autocommit": True, "prepare_threshold": 0, "options": f"-c search_path={schema}"},
        open=False,
    )


def create_app(url: str, schema: str, tenant: str) -> Starlette:
    """`GET /token/{uid}` and `PUT /session/{id}`."""
    shared = pool(url, schema)

    async def token(request: Request) -> Response:
        return _json(await find(shared, request.path_params["uid"]))

    async def session(request: Request) -> Response:
        body = await request.body()
        await upsert(shared, tenant, request.path_params["id"], body.decode())
        return _json({"status_code": 1000})

    @asynccontextmanager
    async def opened(_app: Starlette) -> AsyncIterator[None]:
        async with shared:
            yield

    return Starlette(routes=[Route("/token/{uid}", token), Route("/session/{id}", session, methods=["PUT"])], lifespan=opened)


async def find(shared: Pool, uid: str) -> TupleRow | None:
    """One row by primary key."""
    async with shared.connection() as conn:
        return await (await conn.execute(FIND, (uid.lower(), "RFID"))).fetchone()


async def upsert(shared: Pool, tenant: str, session_id: str, body: str) -> None:
    """The session's verbatim body, and that it changed."""
    async with shared.connection() as conn, conn.pipeline():
        await conn.execute(UPSERT, (session_id, body))
        await conn.execute(ANNOUNCE, (tenant, f"session:{session_id}"))


def _json(value: Any) -> Response:
    return Response(_encoder.encode(value), media_type="application/json")
