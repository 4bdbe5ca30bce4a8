"""`roamgrid sandbox cpo|psp`: counterparties to develop against, each a process of its own."""

from pathlib import Path
from typing import Annotated, TypeVar

import msgspec
import typer

from roamgrid.cli.lazy import commands
from roamgrid.cli.output import fail
from roamgrid.sandbox.cpo import CpoOptions, Knobs
from roamgrid.sandbox.cpo import run as run_cpo
from roamgrid.sandbox.cpo.dump import UnreadableDump
from roamgrid.sandbox.psp import PspKnobs, PspOptions
from roamgrid.sandbox.psp import run as run_psp

T = TypeVar("T")

app = commands("A charging operator and a payment provider to develop against.")

Host = Annotated[str, typer.Option(help="Address to listen on.")]
Seed = Annotated[int, typer.Option(help="Seed of all chance: the same seed, the same faults.")]
Verbose = Annotated[bool, typer.Option("--verbose", help="One line per exchange on standard output.")]
Latency = Annotated[float, typer.Option(help="Milliseconds before every answer.")]
ErrorRate = Annotated[float, typer.Option(help="Share of requests that fail, 0 to 1.")]
_D = Knobs()


@app.command()
def cpo(
    host: Host = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8300,
    public_url: Annotated[str | None, typer.Option(help="What partners are told; default http://<host>:<port>.")] = None,
    locations: Annotated[Path | None, typer.Option(help="OCPI locations: JSON or JSON lines, .gz or not.")] = None,
    tariffs: Annotated[Path | None, typer.Option(help="OCPI tariffs, likewise.")] = None,
    page_limit: Annotated[int, typer.Option(help="Most objects on a page.")] = 1000,
    seed: Seed = 1,
    verbose: Verbose = False,
    speed: Annotated[float, typer.Option(help="Virtual seconds of a charge per real second.")] = _D.speed,
    tick: Annotated[float, typer.Option(help="Real seconds between two reports of a session.")] = _D.tick,
    power_kw: Annotated[str | None, typer.Option(help="No charge draws more than this.")] = None,
    car_needs_kwh: Annotated[str, typer.Option(help="A car that got this much is full and only parks.")] = str(
        _D.car_needs_kwh
    ),
    stop_after_kwh: Annotated[str | None, typer.Option(help="Drivers unplug at this meter reading.")] = None,
    session_updates: Annotated[str, typer.Option(help="Running sessions are reported by patch or by put.")] = "patch",
    latency_ms: Latency = 0,
    error_rate: ErrorRate = 0,
    duplicates: Annotated[float, typer.Option(help="Share of pushes sent twice.")] = 0,
    out_of_order: Annotated[float, typer.Option(help="Share of session reports that arrive after the following one.")] = 0,
    lost: Annotated[float, typer.Option(help="Share of pushes never sent.")] = 0,
    wrong_totals: Annotated[float, typer.Option(help="Share of CDRs that claim a wrong total.")] = 0,
    command_result_delay: Annotated[float, typer.Option(help="Seconds until a command's result.")] = _D.command_result_delay,
    plug_delay: Annotated[float, typer.Option(help="Seconds until the cable is plugged in.")] = 0,
) -> None:
    """A charging operator that speaks OCPI 2.2.1. Its knobs can be turned later: POST /_control/knobs."""
    knobs = _knobs(
        Knobs,
        speed=speed,
        tick=tick,
        power_kw=power_kw,
        car_needs_kwh=car_needs_kwh,
        stop_after_kwh=stop_after_kwh,
        session_updates=session_updates,
        latency_ms=latency_ms,
        error_rate=error_rate,
        duplicates=duplicates,
        out_of_order=out_of_order,
        lost=lost,
        wrong_totals=wrong_totals,
        command_result_delay=command_result_delay,
        plug_delay=plug_delay,
    )
    options = CpoOptions(
        host=host,
        port=port,
        public_url=public_url,
        locations=locations,
        tariffs=tariffs,
        page_limit=page_limit,
        seed=seed,
        verbose=verbose,
        knobs=knobs,
    )
    try:
        run_cpo(options)
    except UnreadableDump as error:
        fail(str(error), "A dump is JSON or JSON lines of OCPI objects, .gz or not.")


@app.command()
def psp(
    host: Host = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8400,
    seed: Seed = 1,
    verbose: Verbose = False,
    latency_ms: Latency = 0,
    error_rate: ErrorRate = 0,
) -> None:
    """A payment provider that speaks the part of Stripe's API that card payments need."""
    knobs = _knobs(PspKnobs, latency_ms=latency_ms, error_rate=error_rate)
    run_psp(PspOptions(host=host, port=port, seed=seed, verbose=verbose, knobs=knobs))


def _knobs(kind: type[T], **values: object) -> T:
    """Checked against the bounds that each knob declares; a value out of bounds is wrong usage."""
    try:
        return msgspec.convert({name: value for name, value in values.items() if value is not None}, kind)
    except msgspec.ValidationError as error:
        raise typer.BadParameter(str(error)) from None
