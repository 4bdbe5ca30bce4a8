"""`roamgrid bench`: each figure beside its ceiling, in the same run."""

import asyncio
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress

from roamgrid.cli.bench.figures import Failure, Figure
from roamgrid.cli.bench.lines import LINES
from roamgrid.cli.bench.load.generator import generator
from roamgrid.cli.bench.network import Network, generate
from roamgrid.cli.bench.report import as_document, show
from roamgrid.cli.bench.stand import Stand
from roamgrid.cli.bench.world import furnish, prepare
from roamgrid.cli.output import console, print_json
from roamgrid.kernel import telemetry
from roamgrid.kernel.embedded import EmbeddedServices
from roamgrid.kernel.settings import Settings
from roamgrid.sandbox.cpo.dump import UnreadableDump, read_objects

_BRANDS = 2

Only = Annotated[
    list[str] | None, typer.Option("--only", help=f"Measure these lines only; repeat it. One of: {', '.join(LINES)}.")
]
Seconds = Annotated[float, typer.Option(min=0.1, help="Seconds of load a sample.")]
Rounds = Annotated[int, typer.Option(min=1, help="Samples of each side, in turns; medians count.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
LocationsFile = Annotated[
    Path | None, typer.Option("--locations", help="OCPI locations for the feed line, instead of generated ones.")
]
TariffsFile = Annotated[Path | None, typer.Option("--tariffs", help="OCPI tariffs that go with them.")]


def bench(
    only: Only = None,
    seconds: Seconds = 3,
    rounds: Rounds = 3,
    as_json: Json = False,
    locations: LocationsFile = None,
    tariffs: TariffsFile = None,
) -> None:
    """Measure the paths that matter, each beside its ceiling. Uses servers of its own in a temporary folder.

    Exit code 1 when a line could not be measured; a budget that is missed is said, and no failure.
    """
    chosen = _chosen(only)
    network = _network(locations, tariffs)
    telemetry.configure("ERROR")
    with tempfile.TemporaryDirectory(prefix="roamgrid-bench-") as name:
        # The database's account must be able to pass through (kernel.embedded).
        Path(name).chmod(0o711)
        figures, failures = _run(Path(name), chosen, network, seconds, rounds)
    if as_json:
        print_json(as_document(figures, failures, seconds=seconds, rounds=rounds))
    else:
        show(figures, failures)
    if failures:
        raise typer.Exit(1)


def _run(
    folder: Path, chosen: Sequence[str], network: Network, seconds: float, rounds: int
) -> tuple[list[Figure], list[Failure]]:
    settings = Settings().model_copy(update={"data_dir": folder / "data", "tenants_dir": folder})
    with Progress(console=console, transient=True) as progress, EmbeddedServices(settings.data_dir) as urls:
        task = progress.add_task("setting up", total=len(chosen))
        settings = prepare(urls, settings, _BRANDS)

        async def measure() -> tuple[list[Figure], list[Failure]]:
            cell = await furnish(urls, settings, _BRANDS)
            figures, failures = [], []
            async with generator() as running:
                stand = Stand(cell, running, network, folder, seconds, rounds)
                for name in chosen:
                    progress.update(task, description=name)
                    try:
                        figures += await LINES[name](stand)
                    except Exception as error:
                        failures.append(Failure(name, f"{type(error).__name__}: {error}"))
                    progress.advance(task)
            return figures, failures

        return asyncio.run(measure())


def _chosen(only: Sequence[str] | None) -> list[str]:
    unknown = set(only or ()) - LINES.keys()
    if unknown:
        raise typer.BadParameter(
            f"no line is called {', '.join(sorted(unknown))}; there are {', '.join(LINES)}", param_hint="--only"
        )
    return [name for name in LINES if not only or name in only]


def _network(locations: Path | None, tariffs: Path | None) -> Network:
    if (locations is None) != (tariffs is None):
        raise typer.BadParameter("give both files, or neither", param_hint="--locations/--tariffs")
    if locations is None or tariffs is None:
        return generate()
    try:
        return Network(tuple(read_objects(locations)), tuple(read_objects(tariffs)))
    except UnreadableDump as error:
        raise typer.BadParameter(str(error)) from None
