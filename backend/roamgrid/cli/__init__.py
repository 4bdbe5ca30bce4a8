"""The command line: a public contract (DESIGN section 4). Exit code 0: done; 1: a rule said no; 2: wrong usage."""

import sys

from roamgrid.cli.lazy import lazy_group
from roamgrid.cli.output import fail
from roamgrid.kernel import telemetry
from roamgrid.kernel.errors import DomainError

app = lazy_group(
    "roamgrid",
    "Roamgrid: any number of charging brands on one backend.",
    {
        "demo": ("roamgrid.cli.demo", "demo", "See it work: two brands, one charging network, a charge and a bill each."),
        "serve": ("roamgrid.cli.serve", "serve", "Answer GraphQL and OCPI requests."),
        "worker": ("roamgrid.cli.serve", "worker", "Relay and handle events, pull partners' data."),
        "migrate": ("roamgrid.cli.database", "migrate", "Bring all schemas to the newest revision."),
        "tenant": ("roamgrid.cli.tenant", "app", "Declare brands: apply, list, diff, delete."),
        "partner": ("roamgrid.cli.partner", "app", "Roaming partners: invite, register, check, list, show, sync."),
        "secrets": ("roamgrid.cli.secrets", "app", "The deployment's secrets: change the key that seals partners' tokens."),
        "token": ("roamgrid.cli.token", "app", "Cards and other tokens of a brand's drivers: import, list, block, unblock."),
        "verify": ("roamgrid.cli.verify", "verify", "Check every promise about money and data."),
        "bench": ("roamgrid.cli.bench", "bench", "Measure the paths that matter, each beside its ceiling."),
        "schema": ("roamgrid.cli.schema", "app", "Print the GraphQL schemas."),
        "openapi": ("roamgrid.cli.openapi", "app", "Print what OCPI partners can call, as OpenAPI 3.1."),
        "sandbox": ("roamgrid.cli.sandbox", "app", "Operators, a hub, a provider and payments to develop against."),
        "dev": ("roamgrid.cli.dev", "app", "For developers: access tokens, RFID cards; sandbox mode only."),
    },
)


def main() -> None:
    """Entry point of the `roamgrid` command. Logs go to standard error: standard output is for data."""
    telemetry.configure("WARNING")
    try:
        app()
    except DomainError as error:
        fail(error.message, error.hint)
    except KeyboardInterrupt:
        sys.exit(130)
