"""`roamgrid openapi ocpi`: what partners can call, as a document for their tools."""

import json
from pathlib import Path
from typing import Annotated

import typer

from roamgrid.cli.lazy import commands
from roamgrid.cli.output import console, print_json
from roamgrid.ocpi.openapi.documents import TEMPLATE, ocpi_document
from roamgrid.ocpi.versions import SPEECHES

app = commands("OpenAPI documents.")


@app.callback()
def root() -> None:
    """OpenAPI documents."""


@app.command()
def ocpi(
    version: Annotated[str, typer.Option("--version", help=f"One of: {', '.join(SPEECHES)}.")] = "2.2.1",
    server: Annotated[str, typer.Option("--server", help="Where a tenant's OCPI surface begins.")] = TEMPLATE,
    output: Annotated[Path | None, typer.Option("--output", help="Write to this file instead of standard output.")] = None,
) -> None:
    """Print the OpenAPI 3.1 document of everything that we serve in one OCPI version."""
    document = ocpi_document(version, server=server)
    if output is None:
        print_json(document)
    else:
        output.write_text(json.dumps(document, indent=2) + "\n")
        console.print(f"written to {output}")
