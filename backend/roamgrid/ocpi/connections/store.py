"""Keep connections: partners' tokens sealed, ours as digests only."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from psycopg.rows import DictRow

from roamgrid.canonical.party import Party, PartyId, SourceId
from roamgrid.core.parties import standing
from roamgrid.core.parties.standing import SourceKind
from roamgrid.kernel import json
from roamgrid.kernel.crypto import Vault, digest
from roamgrid.kernel.ids import new_id
from roamgrid.ocpi.connections import repository as sql
from roamgrid.ocpi.connections.model import (
    AsRole,
    Connection,
    ConnectionStateError,
    ConnectionStatus,
    Direction,
    Endpoint,
    UnknownConnection,
)
from roamgrid.ocpi.connections.presented import digests, match
from roamgrid.tenancy.database import Work

GRACE = timedelta(minutes=10)
"""How long a replaced token still opens our API, unless the new one is used before."""
_CONTACT_NOTED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who presented a token. `current`: it is the newest one; `in_grace`: an older one is still accepted beside it.

    `other_version`: one whose addresses count beside those of the connection's version, while the partner is moved.
    """

    connection: Connection
    token: str
    current: bool
    in_grace: bool
    other_version: str | None = None


@dataclass(frozen=True, slots=True)
class PartnerSide:
    """What a partner told us of itself in a handshake."""

    token: str
    versions_url: str
    version: str
    endpoints: tuple[Endpoint, ...]
    roles: tuple[Party, ...]
    hub: PartyId | None = None


class Connections:
    """The tenant's partners; which tenant is the business of the unit of work."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    async def add(
        self, work: Work, *, name: str, direction: Direction, our_token: str, version: str, dialect: str,
        their_token: str | None = None, their_versions_url: str | None = None,
        as_role: AsRole = AsRole.EMSP, pinned: bool = False, back_end: bool = False,
    ) -> Connection:  # fmt: skip
        """A connection whose handshake begins now; `our_token` opens nothing but versions and credentials yet."""
        params = {
            "id": new_id(),
            "name": name,
            "direction": direction,
            "version": version,
            "dialect": dialect,
            "digest": digest(our_token),
            "their_token": self._vault.seal(their_token) if their_token else None,
            "url": their_versions_url,
            "as_role": as_role,
            "pinned": pinned,
            "back_end": back_end,
        }
        return self._connection(await _one(work, sql.ADD, params))

    async def get(self, work: Work, connection: UUID) -> Connection:
        """Raises `UnknownConnection`."""
        return self._connection(await _one(work, sql.GET, {"id": connection}))

    async def lock(self, work: Work, connection: UUID) -> Connection:
        """The same, held until the transaction ends: one step of a handshake at a time. Raises `UnknownConnection`."""
        return self._connection(await _one(work, sql.LOCK, {"id": connection}))

    async def all(self, work: Work) -> list[Connection]:
        """Every connection that ever was, oldest first."""
        return [self._connection(row) for row in await (await work.conn.execute(sql.ALL)).fetchall()]

    async def caller(self, work: Work, tokens: tuple[str, ...]) -> Caller | None:
        """Whose token one of these is; None: nobody's, of this tenant."""
        params = {"digests": digests(tokens), "now": work.ctx.clock.now()}
        row = await (await work.conn.execute(sql.BY_DIGEST, params)).fetchone()
        if row is None:
            return None
        current = match(tokens, row["our_token_digest"])
        token = current or match(tokens, row["previous_token_digest"])
        if token is None:
            return None
        return Caller(self._connection(row), token, current is not None, row["in_grace"], row["other_version"])

    async def note_contact(self, work: Work, caller: Caller) -> None:
        """Remember when the partner last called, to the minute; the first use of a new token ends the old one's grace."""
        now = work.ctx.clock.now()
        ends_grace = caller.current and caller.in_grace
        if ends_grace or contact_is_stale(caller.connection.last_contact_at, now):
            await work.conn.execute(sql.TOUCH, {"id": caller.connection.id, "now": now, "ends_grace": ends_grace})

    async def register(self, work: Work, connection: SourceId, their: PartnerSide, *, our_token: str) -> Connection:
        """Complete or renew a handshake. A token that `our_token` replaces has its grace time, and so has a version that is
        left."""
        now = work.ctx.clock.now()
        params = {
            "id": connection,
            "digest": digest(our_token),
            "their_token": self._vault.seal(their.token),
            "url": their.versions_url,
            "version": their.version,
            "endpoints": json.encode(their.endpoints),
            "roles": json.encode(their.roles),
            "hub": str(their.hub) if their.hub else None,
            "now": now,
            "grace_until": now + GRACE,
        }
        await standing.note_kind(work, connection, SourceKind.HUB if their.hub else SourceKind.BILATERAL)
        await standing.note_reachable(work, connection, True)
        return self._connection(await _one(work, sql.REGISTER, params))

    async def set_endpoints(self, work: Work, connection: SourceId, endpoints: tuple[Endpoint, ...]) -> Connection:
        """The partner serves other modules or serves them elsewhere."""
        return self._connection(await _one(work, sql.SET_ENDPOINTS, {"id": connection, "endpoints": json.encode(endpoints)}))

    async def set_dialect(self, work: Work, connection: SourceId, dialect: str) -> Connection:
        """From now on the partner is spoken to and understood in that dialect. Raises `UnknownConnection`."""
        return self._connection(await _one(work, sql.SET_DIALECT, {"id": connection, "dialect": dialect}))

    async def offer(self, work: Work, connection: SourceId, token: str, version: str) -> None:
        """Accept a second token, and calls in that version, while the partner is being told of them."""
        await work.conn.execute(sql.OFFER, {"id": connection, "digest": digest(token), "version": version})

    async def withdraw_offer(self, work: Work, connection: SourceId, token: str) -> None:
        """The partner refused what was offered."""
        await work.conn.execute(sql.WITHDRAW_OFFER, {"id": connection, "digest": digest(token)})

    async def suspend(self, work: Work, connection: SourceId) -> Connection:
        """Stop the traffic; resuming needs no new handshake. Raises `ConnectionStateError`."""
        return await self._move(work, connection, ConnectionStatus.REGISTERED, ConnectionStatus.SUSPENDED)

    async def resume(self, work: Work, connection: SourceId) -> Connection:
        """Raises `ConnectionStateError`."""
        return await self._move(work, connection, ConnectionStatus.SUSPENDED, ConnectionStatus.REGISTERED)

    async def end(self, work: Work, connection: SourceId) -> Connection:
        """Ended for good: no token opens anything any more; what the partner sent stays."""
        await standing.note_reachable(work, connection, False)
        return self._connection(await _one(work, sql.END, {"id": connection}))

    async def forget(self, work: Work, connection: SourceId) -> None:
        """Delete a connection whose handshake never completed."""
        await work.conn.execute(sql.FORGET, {"id": connection})

    async def reseal(self, work: Work) -> int:
        """Seal every partner's token with the present key; returns how many. Raises `cryptography.fernet.InvalidToken`."""
        rows = await (await work.conn.execute(sql.SEALED)).fetchall()
        for row in rows:
            await work.conn.execute(sql.RESEAL, {"id": row["id"], "sealed": self._vault.reseal(row["their_token"])})
        return len(rows)

    async def _move(self, work: Work, connection: SourceId, expected: ConnectionStatus, to: ConnectionStatus) -> Connection:
        row = await (await work.conn.execute(sql.SET_STATUS, {"id": connection, "expected": expected, "status": to})).fetchone()
        if row is None:
            raise ConnectionStateError(f"only a connection that is {expected} can become {to}")
        await standing.note_reachable(work, connection, to is ConnectionStatus.REGISTERED)
        return self._connection(row)

    def _connection(self, row: DictRow) -> Connection:
        return Connection(
            id=SourceId(row["id"]),
            name=row["name"],
            status=ConnectionStatus(row["status"]),
            direction=Direction(row["direction"]),
            version=row["version"],
            dialect=row["dialect"],
            their_token=self._vault.open(row["their_token"]) if row["their_token"] is not None else None,
            their_versions_url=row["their_versions_url"],
            endpoints=json.decode(row["endpoints"], tuple[Endpoint, ...]),
            roles=json.decode(row["roles"], tuple[Party, ...]),
            last_contact_at=row["last_contact_at"],
            as_role=AsRole(row["as_role"]),
            pinned=row["pinned"],
            hub=PartyId.of(*row["hub"].split("*")) if row["hub"] else None,
            back_end=row["back_end"],
        )


def contact_is_stale(last: datetime | None, now: datetime) -> bool:
    """Whether a contact is worth a write: a partner's traffic must not turn every request into one."""
    return last is None or now - last > _CONTACT_NOTED_EVERY


async def _one(work: Work, statement: str, params: dict[str, object]) -> DictRow:
    row = await (await work.conn.execute(statement, params)).fetchone()
    if row is None:
        raise UnknownConnection(f"there is no connection {params['id']}")
    return row
