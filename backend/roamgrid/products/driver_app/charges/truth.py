"""What others report of a charge, read afresh: the only source of its progress."""

from dataclasses import dataclass, replace

from roamgrid.core.cdrs import service as cdrs
from roamgrid.core.cdrs.models import CdrRow
from roamgrid.core.commands import repository as commands
from roamgrid.core.commands.models import CommandRow
from roamgrid.core.commands.states import CommandState
from roamgrid.core.sessions import service as sessions
from roamgrid.core.sessions.models import SessionRow
from roamgrid.extensions import Registry
from roamgrid.pricing import VerdictKind
from roamgrid.products.driver_app.charges import failures
from roamgrid.products.driver_app.charges.models import Charge, Claim, Failure, Progress, RunningCost
from roamgrid.products.driver_app.charges.running_cost import running_cost
from roamgrid.products.driver_app.charges.states import ChargeState, Settled, path
from roamgrid.settlement.settle import repository as dispositions
from roamgrid.settlement.settle.models import Disposition
from roamgrid.tenancy.database import OrmWork


@dataclass(frozen=True, slots=True)
class Truth:
    """One reading; None: not reported (yet)."""

    command: CommandRow | None
    session: SessionRow | None
    disposition: Disposition | None


async def read(work: OrmWork, reference: str) -> Truth:
    """Everything known under a reference now."""
    return Truth(
        command=await commands.lock_start(work, reference),
        session=await sessions.by_reference(work, reference),
        disposition=await dispositions.by_reference(work, reference),
    )


async def progress(work: OrmWork, registry: Registry, charge: Charge, truth: Truth, failure: Failure | None = None) -> Progress:
    """The charge's progress as the truth has it. `failure`: it failed before a command was sent."""
    before, command, session, disposition = charge.progress, truth.command, truth.session, truth.disposition
    early = (failure or before.failure) if command is None else None
    settled = Settled(disposition.state) if disposition else None
    cdr = await cdrs.get(work, disposition.cdr) if disposition else None
    states = path(
        command.history if command else (),
        session.status if session else None,
        settled,
        failed_before_command=early is not None,
    )
    return replace(
        _measured(before, session, cdr),
        states=states,
        failure=_failure(states, command, session) or (early if states[-1] is ChargeState.FAILED else None),
        command=command.id if command else None,
        running=await _running(work, registry, charge, session),
        settled=settled,
        claim=_claim(cdr, disposition),
        receipt=disposition.receipt if disposition else None,
    )


def _measured(before: Progress, session: SessionRow | None, cdr: CdrRow | None) -> Progress:
    """Times and energy: as the session tells them, or the CDR of a session that we never saw."""
    if session is not None:
        return replace(
            before,
            session=session.id,
            session_version=session.version,
            kwh=session.kwh,
            started_at=session.started_at,
            ended_at=session.ended_at,
        )
    if cdr is not None:
        return replace(before, kwh=cdr.cdr.total_energy, started_at=cdr.cdr.start, ended_at=cdr.cdr.end)
    return before


def _failure(states: tuple[ChargeState, ...], command: CommandRow | None, session: SessionRow | None) -> Failure | None:
    """Only where the charge ended in failure: one that recovered did not fail."""
    if states[-1] not in (ChargeState.FAILED, ChargeState.TIMED_OUT):
        return None
    if command is not None and command.state in (CommandState.FAILED, CommandState.TIMED_OUT):
        return failures.of_command(command)
    return failures.INVALID_SESSION if session is not None else None


async def _running(work: OrmWork, registry: Registry, charge: Charge, session: SessionRow | None) -> RunningCost | None:
    if session is None or session.version == charge.progress.session_version:
        return charge.progress.running
    return await running_cost(work, registry, charge, session)


def _claim(row: CdrRow | None, disposition: Disposition | None) -> Claim | None:
    if row is None or disposition is None:
        return None
    verdict = VerdictKind(disposition.verdict) if disposition.verdict else None
    return Claim(row.cdr.id, row.cdr.total_cost.net, row.cdr.currency, verdict)
