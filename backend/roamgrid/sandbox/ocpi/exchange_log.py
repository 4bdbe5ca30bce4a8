"""What a counterparty prints about its exchanges."""

import sys

from roamgrid.kernel.json import dumps


class ExchangeLog:
    """One JSON line per OCPI exchange on standard output, if wanted."""

    def __init__(self, *, enabled: bool) -> None:
        self._enabled = enabled

    def write(self, **facts: str | int | None) -> None:
        if self._enabled:
            sys.stdout.write(dumps(facts).decode() + "\n")
            sys.stdout.flush()
