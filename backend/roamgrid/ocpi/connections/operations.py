"""The operations view: per partner everything that one asks when something does not work.

Used by the command line and by whatever shows partners to staff; made of the tables that all processes write to, so it says
the same wherever it is asked.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from roamgrid.ocpi.connections import circuits, traffic
from roamgrid.ocpi.connections.circuits import Circuit
from roamgrid.ocpi.connections.health import Health, PullState, list_with_health
from roamgrid.ocpi.connections.model import Connection, ConnectionStatus, UnknownConnection
from roamgrid.ocpi.connections.store import Connections
from roamgrid.ocpi.connections.traffic import Rate, Way
from roamgrid.tenancy.database import Work

HOUR, DAY = timedelta(hours=1), timedelta(days=1)

_QUEUES = """
select connection, count(*) as waiting, count(*) filter (where attempts > 0) as failing,
       count(*) filter (where leased_until > %(now)s) as under_way, min(offered_at) as oldest,
       (array_agg(error order by offered_at desc) filter (where error is not null))[1] as error
  from ocpi_push group by connection"""
_LOSSES = """
select connection, sum(lost)::bigint as lost, max(last_lost_at) as last_lost_at, min(missed_since) as missed_since
  from ocpi_push_loss group by connection"""
_TOP = """
select module, code, field, count, first_seen, last_seen, example from ocpi_deviation
 where connection = %(connection)s order by count desc, module, code, field limit %(most)s"""
_SYNCING = "select connection from ocpi_sync_lease where held_until > clock_timestamp()"


@dataclass(frozen=True, slots=True)
class Queue:
    """What waits to be pushed. `oldest`: since when. `lost`: what did not fit, ever; `missed_since`: not made up for yet."""

    waiting: int = 0
    failing: int = 0
    under_way: int = 0
    oldest: datetime | None = None
    error: str | None = None
    lost: int = 0
    last_lost_at: datetime | None = None
    missed_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Lag:
    """How far behind one module is. `pulled`: since the last complete pull began; `newest`: since the latest change seen."""

    pull: PullState
    pulled: timedelta | None
    newest: timedelta | None


@dataclass(frozen=True, slots=True)
class Span:
    """Exchanges both ways in a span of time."""

    inbound: Rate
    outbound: Rate


@dataclass(frozen=True, slots=True)
class PartnerState:
    """One connection. `circuit` None: it never failed often enough to be left alone. `syncing`: it is being pulled now."""

    health: Health
    circuit: Circuit | None
    hour: Span
    day: Span
    queue: Queue
    lags: tuple[Lag, ...]
    syncing: bool

    @property
    def connection(self) -> Connection:
        return self.health.connection

    @property
    def next_pull_at(self) -> datetime | None:
        """The first of its modules' turns; None for one that is not pulled."""
        if self.connection.status is not ConnectionStatus.REGISTERED:
            return None
        return min((lag.pull.next_at for lag in self.lags if lag.pull.next_at), default=None)


@dataclass(frozen=True, slots=True)
class SeenDeviation:
    """One way in which a partner leaves the specification. `example`: the last value seen."""

    module: str
    code: str
    field: str
    count: int
    first_seen: datetime
    last_seen: datetime
    example: str


async def overview(work: Work, connections: Connections) -> list[PartnerState]:
    """Every connection, oldest first; ten statements however many there are."""
    now = work.ctx.clock.now()
    known = await list_with_health(work, connections)
    open_or_closed = await circuits.all_circuits(work)
    hour, day = await traffic.rates(work, HOUR), await traffic.rates(work, DAY)
    queues = await _queues(work)
    syncing = {row["connection"] for row in await (await work.conn.execute(_SYNCING)).fetchall()}
    return [
        PartnerState(
            health=one,
            circuit=open_or_closed.get(one.connection.id),
            hour=_span(hour, one.connection.id),
            day=_span(day, one.connection.id),
            queue=queues.get(one.connection.id, Queue()),
            lags=tuple(_lag(pull, now) for pull in one.pulls),
            syncing=one.connection.id in syncing,
        )
        for one in known
    ]


async def state_of(work: Work, connections: Connections, connection: UUID) -> PartnerState:
    """One connection. Raises `UnknownConnection`."""
    for one in await overview(work, connections):
        if one.connection.id == connection:
            return one
    raise UnknownConnection(f"there is no connection {connection}")


async def top_deviations(work: Work, connection: UUID, most: int = 20) -> list[SeenDeviation]:
    """The most frequent first."""
    rows = await (await work.conn.execute(_TOP, {"connection": connection, "most": most})).fetchall()
    return [SeenDeviation(**row) for row in rows]


async def _queues(work: Work) -> dict[UUID, Queue]:
    rows = await (await work.conn.execute(_QUEUES, {"now": work.ctx.clock.now()})).fetchall()
    waiting = {row.pop("connection"): row for row in rows}
    rows = await (await work.conn.execute(_LOSSES)).fetchall()
    lost = {row.pop("connection"): row for row in rows}
    return {id_: Queue(**(waiting.get(id_, {}) | lost.get(id_, {}))) for id_ in waiting.keys() | lost.keys()}


def _span(rates: dict[tuple[UUID, Way], Rate], connection: UUID) -> Span:
    return Span(rates.get((connection, Way.INBOUND), Rate()), rates.get((connection, Way.OUTBOUND), Rate()))


def _lag(pull: PullState, now: datetime) -> Lag:
    return Lag(
        pull,
        now - pull.last_pull_at if pull.last_pull_at else None,
        now - pull.watermark if pull.watermark else None,
    )
