"""No binary floating point where money is."""

import ast
from collections.abc import Iterator

from tools.rules.source import Finding, Source

ROOMS = ("roamgrid.canonical", "roamgrid.pricing", "roamgrid.settlement")


def no_floats(source: Source) -> Iterator[Finding]:
    """Neither the type nor a literal: 0.1 is not a tenth."""
    if not (source.inside(*ROOMS) or (source.is_plugin and source.is_product)):
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, float):
            yield source.finding("float", node, f"{node.value!r} is a binary float; write Decimal('{node.value}')")
        elif isinstance(node, ast.Name) and node.id == "float":
            yield source.finding("float", node, "amounts and quantities are Decimal, never float")
