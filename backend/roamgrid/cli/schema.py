"""`roamgrid schema export`: the contracts that clients are built on."""

from pathlib import Path
from typing import Annotated

import typer

from roamgrid.cli.lazy import commands
from roamgrid.cli.output import console, out
from roamgrid.graphql.sdl import SCHEMAS, sdl

app = commands("GraphQL schemas.")


@app.command()
def export(
    surface: Annotated[str, typer.Argument(help=f"One of: {', '.join(SCHEMAS)}.")],
    output: Annotated[Path | None, typer.Option("--output", help="Write to this file instead of standard output.")] = None,
) -> None:
    """Print a GraphQL schema in schema definition language, sorted."""
    text = sdl(surface)
    if output is None:
        out.print(text, markup=False, soft_wrap=True)
    else:
        output.write_text(text)
        console.print(f"written to {output}")
