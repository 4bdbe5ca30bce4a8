"""`roamgrid migrate`."""

from typing import Annotated

import typer
from rich.progress import Progress

from roamgrid.cli.environment import services
from roamgrid.cli.output import console, print_json
from roamgrid.kernel.settings import Settings
from roamgrid.tenancy import migrations


def migrate(
    as_json: Annotated[bool, typer.Option("--json", help="Print the outcome of every schema as JSON.")] = False,
) -> None:
    """Bring the shared schema and every tenant's schema to the newest revision."""
    with services(Settings()) as urls, Progress(console=console, transient=True) as progress:
        task = progress.add_task("migrating", total=None)
        done = migrations.migrate(urls.database_url, progress=lambda _: progress.advance(task))
    if as_json:
        print_json([{"schema": one.schema, "revision": one.revision, "error": one.error} for one in done])
    failed = [one for one in done if one.error]
    for one in failed:
        console.print(f"{one.schema}: {one.error}", style="red", markup=False)
    console.print(f"{len(done) - len(failed)} of {len(done)} schemas are at the newest revision")
    if failed:
        raise typer.Exit(1)
