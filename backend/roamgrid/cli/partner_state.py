"""How the operations view of partners looks in a terminal and as JSON."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from rich.table import Table

from roamgrid.cli.output import out
from roamgrid.ocpi.connections.model import Connection
from roamgrid.ocpi.connections.operations import Lag, PartnerState, SeenDeviation, Span
from roamgrid.ocpi.connections.traffic import Rate

COLUMNS = (
    "id", "name", "status", "OCPI", "as", "roles", "circuit", "last contact", "lag", "errors 1 h", "errors 24 h", "queue",
    "deviations", "refused",
)  # fmt: skip


def row(state: PartnerState, now: datetime) -> tuple[object, ...]:
    """One line of `partner list`."""
    connection = state.connection
    return (
        connection.id,
        connection.name,
        connection.status,
        connection.version,
        connection.as_role,
        " ".join(sorted({party.role.value for party in connection.roles})),
        circuit(state, now),
        since(connection.last_contact_at, now),
        ago(max((lag.pulled for lag in state.lags if lag.pulled), default=None)),
        share(state.hour),
        share(state.day),
        queue(state),
        sum(deviation.count for deviation in state.health.deviations),
        state.health.refused,
    )


def show(state: PartnerState, deviations: Sequence[SeenDeviation], now: datetime) -> None:
    """All of `partner show`."""
    connection = state.connection
    facts = {
        "id": connection.id,
        "status": connection.status,
        "version": f"OCPI {connection.version}, dialect {connection.dialect}",
        "we are": connection.as_role,
        "they are": ", ".join(
            f"{party.id.country_code}*{party.id.party_id} {party.role} {party.name}" for party in connection.roles
        ),
        "last contact": since(connection.last_contact_at, now, suffix=" ago"),
        "circuit": circuit(state, now),
        "queue": queue(state) or "empty",
        "next pull": _in(state, now),
        "refused": f"{state.health.refused} bodies kept in the inbox" if state.health.refused else "nothing",
    }
    out.print(connection.name, style="bold", markup=False)
    for name, value in facts.items():
        out.print(f"  {name:<13} {value}", markup=False, soft_wrap=True)
    _table("Pulled", ("module", "lag", "newest change", "last full", "objects", "failures", "error"), [
        (lag.pull.module, ago(lag.pulled), ago(lag.newest), since(lag.pull.last_full_at, now),
         lag.pull.objects, lag.pull.failures or "", lag.pull.last_error)
        for lag in state.lags
    ])  # fmt: skip
    _table("Exchanges", ("span", "way", "requests", "failed", "refused", "held back", "mean ms"), [
        (span, way, rate.requests, rate.failed, rate.refused, rate.held_back, rate.mean_ms)
        for span, both in (("last hour", state.hour), ("last day", state.day))
        for way, rate in (("they to us", both.inbound), ("we to them", both.outbound))
    ])  # fmt: skip
    _table("Deviations from the specification", ("module", "code", "field", "count", "last seen", "example"), [
        (one.module, one.code, one.field, one.count, ago(now - one.last_seen, suffix=" ago"), one.example)
        for one in deviations
    ])  # fmt: skip


def as_document(state: PartnerState) -> dict[str, Any]:
    """For `--json`; times in seconds unless the name says otherwise."""
    found = state.circuit
    return {
        **connection_document(state.connection),
        "pulls": [_pull(lag) for lag in state.lags],
        "next_pull_at": state.next_pull_at,
        "syncing": state.syncing,
        "circuit": {"open": False, "times_opened": 0} if found is None else asdict(found),
        "queue": asdict(state.queue),
        "last_hour": _span(state.hour),
        "last_day": _span(state.day),
        "deviations": {deviation.code: deviation.count for deviation in state.health.deviations},
        "refused": state.health.refused,
    }


def connection_document(connection: Connection) -> dict[str, Any]:
    """Who the partner is; no token."""
    return {
        "connection": str(connection.id),
        "name": connection.name,
        "status": connection.status.value,
        "version": connection.version,
        "dialect": connection.dialect,
        "as_role": connection.as_role.value,
        "versions_url": connection.their_versions_url,
        "endpoints": [{"module": one.module, "role": one.role, "url": one.url} for one in connection.endpoints],
        "parties": [
            {"country_code": one.id.country_code, "party_id": one.id.party_id, "role": one.role, "name": one.name}
            for one in connection.roles
        ],
        "last_contact_at": connection.last_contact_at,
    }


def circuit(state: PartnerState, now: datetime) -> str:
    """`closed`, or since when and why the partner is left alone."""
    found = state.circuit
    if found is None or not found.open:
        return "closed"
    trying = "" if found.retry_at is None or found.retry_at <= now else f", next try in {ago(found.retry_at - now)}"
    return f"OPEN for {ago(now - found.changed_at)}{trying}: {found.reason}"


def queue(state: PartnerState) -> str:
    """What waits, what fails, what did not fit."""
    found = state.queue
    said = [f"{found.waiting} waiting"] if found.waiting else []
    said += [f"{found.failing} failing"] if found.failing else []
    said += [f"{found.lost} overflowed"] if found.lost else []
    said += ["not yet made up for"] if found.missed_since else []
    return ", ".join(said)


def share(span: Span) -> str:
    """Failures among the exchanges of both ways."""
    rates = (span.inbound, span.outbound)
    through = sum(rate.requests - rate.held_back for rate in rates)
    return f"{sum(rate.failed for rate in rates) / through:.1%}" if through else ""


def ago(span: timedelta | None, suffix: str = "") -> str:
    """`3 d`, `5 h`, `12 min`, `40 s`; empty for never."""
    if span is None:
        return ""
    seconds = max(0, round(span.total_seconds()))
    for unit, length in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= 2 * length:
            return f"{seconds // length} {unit}{suffix}"
    return f"{seconds} s{suffix}"


def since(moment: datetime | None, now: datetime, suffix: str = "") -> str:
    """The same of a moment."""
    return ago(None if moment is None else now - moment, suffix)


def _in(state: PartnerState, now: datetime) -> str:
    if state.syncing:
        return "running now"
    at = state.next_pull_at
    if at is None:
        return "none planned"
    return "due" if at <= now else f"in {ago(at - now)}"


def _pull(lag: Lag) -> dict[str, Any]:
    return {
        **asdict(lag.pull),
        "lag_s": None if lag.pulled is None else round(lag.pulled.total_seconds()),
        "newest_s": None if lag.newest is None else round(lag.newest.total_seconds()),
    }


def _span(span: Span) -> dict[str, Any]:
    return {"inbound": _rate(span.inbound), "outbound": _rate(span.outbound)}


def _rate(rate: Rate) -> dict[str, Any]:
    return {**asdict(rate), "error_share": rate.error_share}


def _table(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    if not rows:
        return
    table = Table(*columns, title=title, title_justify="left", title_style="bold")
    for cells in rows:
        table.add_row(*("" if cell is None else str(cell) for cell in cells))
    out.print(table)
