"""The command line: a public contract (DESIGN section 4). Exit code 0: done; 1: a rule said no; 2: wrong usage."""

import sys

import typer

from roamgrid.cli import database, partner, sandbox, schema, serve, tenant, verify
from roamgrid.cli.bench import bench
from roamgrid.cli.demo import demo
from roamgrid.cli.dev import app as dev_app
from roamgrid.cli.output import fail
from roamgrid.kernel.embedded import AlreadyRunning, ServiceFailed
from roamgrid.kernel.errors import DomainError

app = typer.Typer(
    name="roamgrid",
    help="Roamgrid: any number of charging brands on one backend.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
app.command()(demo)
app.command()(serve.serve)
app.command()(serve.worker)
app.command()(database.migrate)
app.add_typer(tenant.app, name="tenant")
app.add_typer(partner.app, name="partner")
app.add_typer(schema.app, name="schema")
app.add_typer(sandbox.app, name="sandbox")
app.add_typer(dev_app, name="dev")
app.command()(verify.verify)
app.command()(bench)


def main() -> None:
    """Entry point of the `roamgrid` command."""
    try:
        app()
    except DomainError as error:
        fail(error.message, error.hint)
    except (AlreadyRunning, ServiceFailed) as error:
        fail(str(error))
    except KeyboardInterrupt:
        sys.exit(130)
