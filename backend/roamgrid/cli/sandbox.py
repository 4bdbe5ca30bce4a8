"""`roamgrid sandbox cpo|hub|emsp|psp`: counterparties to develop against, each a process of its own."""

from dataclasses import asdict
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated, TypeVar

import msgspec
import typer

from roamgrid.cli.lazy import commands
from roamgrid.cli.output import fail, out, print_json
from roamgrid.sandbox.cpo import CpoOptions, Knobs
from roamgrid.sandbox.cpo import run as run_cpo
from roamgrid.sandbox.cpo.dump import UnreadableDump
from roamgrid.sandbox.emsp import EmspKnobs, EmspOptions
from roamgrid.sandbox.emsp import run as run_emsp
from roamgrid.sandbox.hub import HubOptions
from roamgrid.sandbox.hub import run as run_hub
from roamgrid.sandbox.hub.options import HUB_VERSIONS
from roamgrid.sandbox.ocpi.quirks import quirks_of
from roamgrid.sandbox.ocpi.quirks.catalogue import Side
from roamgrid.sandbox.psp import PspKnobs, PspOptions
from roamgrid.sandbox.psp import run as run_psp

T = TypeVar("T")

app = commands("Charging operators, a hub, a service provider and a payment provider to develop against.")
_DUMP_HINT = "A dump is JSON or JSON lines of OCPI objects, .gz or not."

Host = Annotated[str, typer.Option(help="Address to listen on.")]
Seed = Annotated[int, typer.Option(help="Seed of all chance: the same seed, the same faults.")]
Verbose = Annotated[bool, typer.Option("--verbose", help="One line per exchange on standard output.")]
Latency = Annotated[float, typer.Option(help="Milliseconds before every answer.")]
ErrorRate = Annotated[float, typer.Option(help="Share of requests that fail, 0 to 1.")]
PublicUrl = Annotated[str | None, typer.Option(help="What partners are told; default http://<host>:<port>.")]
PageLimit = Annotated[int, typer.Option(help="Most objects on a page.")]
Versions = Annotated[list[str] | None, typer.Option("--version", help="A version to offer; repeat it. Default: all.")]
Quirks = Annotated[list[str] | None, typer.Option("--quirk", help="A habit to take on (--list-quirks); repeat it.")]
ListQuirks = Annotated[bool, typer.Option("--list-quirks", help="Print the habits that can be taken on, and end.")]
AsJson = Annotated[bool, typer.Option("--json", help="With --list-quirks: as JSON.")]
Speed = Annotated[float, typer.Option(help="Virtual seconds of a charge per real second.")]
Tick = Annotated[float, typer.Option(help="Real seconds between two reports of a session.")]
_D = Knobs()


@app.command()
def cpo(
    host: Host = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8300,
    public_url: PublicUrl = None,
    version: Versions = None,
    quirk: Quirks = None,
    list_quirks: ListQuirks = False,
    as_json: AsJson = False,
    locations: Annotated[Path | None, typer.Option(help="OCPI locations: JSON or JSON lines, .gz or not.")] = None,
    tariffs: Annotated[Path | None, typer.Option(help="OCPI tariffs, likewise.")] = None,
    page_limit: PageLimit = 1000,
    seed: Seed = 1,
    verbose: Verbose = False,
    speed: Speed = _D.speed,
    tick: Tick = _D.tick,
    power_kw: Annotated[str | None, typer.Option(help="No charge draws more than this.")] = None,
    car_needs_kwh: Annotated[str, typer.Option(help="A car that got this much is full and only parks.")] = str(
        _D.car_needs_kwh
    ),
    stop_after_kwh: Annotated[str | None, typer.Option(help="Drivers unplug at this meter reading.")] = None,
    foreign_tokens: Annotated[
        bool,
        typer.Option("--foreign-tokens", help="Take commands with anybody's tokens, as a roaming platform's back end does."),
    ] = False,
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
    """A charging operator that speaks OCPI 2.1.1, 2.2.1 and 2.3.0. Its knobs can be turned later: POST /_control/knobs."""
    if list_quirks:
        print_quirks("cpo", as_json=as_json)
        return
    knobs = _knobs(
        Knobs,
        versions=_ordered(version),
        quirks=quirk,
        speed=speed,
        tick=tick,
        power_kw=power_kw,
        car_needs_kwh=car_needs_kwh,
        stop_after_kwh=stop_after_kwh,
        foreign_tokens=foreign_tokens,
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
        fail(str(error), _DUMP_HINT)


@app.command()
def hub(
    host: Host = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8310,
    public_url: PublicUrl = None,
    version: Versions = None,
    quirk: Quirks = None,
    list_quirks: ListQuirks = False,
    as_json: AsJson = False,
    mirror_of: Annotated[
        Path | None, typer.Option(help="Show these operators' EVSEs under the hub's ids: a dump of locations, or `bundled`.")
    ] = None,
    tariffs: Annotated[Path | None, typer.Option(help="The tariffs of the mirrored dump.")] = None,
    markup_percent: Annotated[str, typer.Option(help="What the hub adds to every price.")] = "0",
    page_limit: PageLimit = 1000,
    seed: Seed = 1,
    verbose: Verbose = False,
    speed: Speed = _D.speed,
    tick: Tick = _D.tick,
    latency_ms: Latency = 0,
    error_rate: ErrorRate = 0,
) -> None:
    """A roaming hub on OCPI 2.2.1 and 2.3.0 with two operators behind it. POST /_control/clients sets one of them OFFLINE."""
    if list_quirks:
        print_quirks("hub", as_json=as_json)
        return
    knobs = _knobs(
        Knobs,
        versions=_ordered(version) or HUB_VERSIONS,
        quirks=quirk,
        speed=speed,
        tick=tick,
        latency_ms=latency_ms,
        error_rate=error_rate,
    )
    options = HubOptions(
        host=host,
        port=port,
        public_url=public_url,
        mirror_of=mirror_of,
        tariffs=tariffs,
        markup_percent=_decimal(markup_percent, "markup-percent"),
        page_limit=page_limit,
        seed=seed,
        verbose=verbose,
        knobs=knobs,
    )
    try:
        run_hub(options)
    except UnreadableDump as error:
        fail(str(error), _DUMP_HINT)


@app.command()
def emsp(
    host: Host = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8320,
    public_url: PublicUrl = None,
    version: Versions = None,
    quirk: Quirks = None,
    list_quirks: ListQuirks = False,
    as_json: AsJson = False,
    party: Annotated[str, typer.Option(help="Who it is, as country*party.")] = "NL*EMS",
    cards: Annotated[int, typer.Option(help="RFID cards that it has issued.")] = 3,
    page_limit: PageLimit = 1000,
    seed: Seed = 1,
    verbose: Verbose = False,
    latency_ms: Latency = 0,
    error_rate: ErrorRate = 0,
) -> None:
    """A service provider that speaks OCPI 2.1.1, 2.2.1 and 2.3.0: pulls, authorizes, sends commands (/_control)."""
    if list_quirks:
        print_quirks("emsp", as_json=as_json)
        return
    knobs = _knobs(EmspKnobs, versions=_ordered(version), quirks=quirk, latency_ms=latency_ms, error_rate=error_rate)
    country_code, _, party_id = party.partition("*")
    run_emsp(
        EmspOptions(
            host=host,
            port=port,
            public_url=public_url,
            country_code=country_code,
            party_id=party_id,
            cards=cards,
            page_limit=page_limit,
            seed=seed,
            verbose=verbose,
            knobs=knobs,
        )
    )


def print_quirks(side: Side, *, as_json: bool) -> None:
    """The habits that a counterparty can take on: a line each, or a list of objects for programs."""
    listed = quirks_of(side)
    if as_json:
        print_json([asdict(about) for about in listed])
        return
    for about in listed:
        versions = "" if len(about.versions) == 3 else f" [{', '.join(about.versions)} only]"
        out.print(f"{about.name}: {about.summary} ({about.source}){versions}", markup=False, soft_wrap=True)


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


def _ordered(versions: list[str] | None) -> list[str] | None:
    return sorted(set(versions)) if versions else None


def _decimal(text: str, name: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        raise typer.BadParameter(f"{name}: not a number: {text}") from None
