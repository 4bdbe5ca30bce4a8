"""Form-encoded parameters with brackets (`metadata[cdr]=7`, `expand[]=latest_charge`), read strictly."""

import re
from collections.abc import Iterable
from urllib.parse import parse_qsl

from roamgrid.sandbox.psp.errors import invalid

_SEGMENT = re.compile(r"\[([^\]]*)\]")


class Params:
    """The parameters of one request. A parameter that no accessor knows is refused by `allow_only`."""

    def __init__(self, encoded: str) -> None:
        self.pairs = sorted(parse_qsl(encoded, keep_blank_values=True))

    def allow_only(self, names: Iterable[str]) -> None:
        """Refuse what the operation does not know, rather than silently doing something else."""
        known = set(names)
        for name, _ in self.pairs:
            top = name.split("[", 1)[0]
            if top not in known:
                raise invalid(f"Received unknown parameter: {top}", param=top, code="parameter_unknown")

    def text(self, name: str) -> str | None:
        return next((value for key, value in self.pairs if key == name and value), None)

    def required(self, name: str) -> str:
        value = self.text(name)
        if value is None:
            raise invalid(f"Missing required param: {name}.", param=name, code="parameter_missing")
        return value

    def choice(self, name: str, allowed: Iterable[str], *, default: str | None = None) -> str | None:
        value, known = self.text(name) or default, list(allowed)
        if value is not None and value not in known:
            raise invalid(f"Invalid {name}: must be one of {', '.join(known)}", param=name)
        return value

    def natural(self, name: str) -> int | None:
        """A whole number of 0 or more (amounts are in the currency's smallest unit)."""
        value = self.text(name)
        if value is None:
            return None
        if not (value.isascii() and value.isdigit()):
            raise invalid(f"Invalid integer: {value}", param=name, code="parameter_invalid_integer")
        return int(value)

    def flag(self, name: str) -> bool:
        return self.choice(name, ("true", "false"), default="false") == "true"

    def mapping(self, name: str) -> dict[str, str]:
        """`name[key]=value` pairs."""
        return {
            segments[0]: value
            for key, value in self.pairs
            if key.startswith(f"{name}[") and (segments := _SEGMENT.findall(key))
        }

    def items(self, name: str) -> list[str]:
        """`name[]=value` or `name[0]=value`."""
        return [value for key, value in self.pairs if key.startswith(f"{name}[")]
