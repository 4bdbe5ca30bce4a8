"""Who may import whom, where the order of the rooms does not say it.

import-linter checks the order of the rooms and the purity of values and prices (pyproject.toml). These walls are ours:
they hold for imports inside functions too, and for every plugin without a list of plugins.
"""

import ast
from collections.abc import Iterator

from tools.rules.source import Finding, Source, within

# A room, and the only ones besides itself that may import it.
SEEN_BY = {
    "roamgrid.ocpi": ("roamgrid.app", "roamgrid.worker", "roamgrid.cli"),
    "roamgrid.sandbox": ("roamgrid.cli",),
}
# A room, and the only ones besides itself that it may import.
SEES = {"roamgrid.sandbox": ("roamgrid.kernel",)}
PLUGIN_SEES = ("roamgrid.extensions", "roamgrid.canonical", "roamgrid.kernel")


def walls(source: Source) -> Iterator[Finding]:
    if not source.is_product:
        return
    for node, imported in _imports(source):
        for room, viewers in SEEN_BY.items():
            if within(imported, room) and not source.inside(room, *viewers):
                yield source.finding("wall", node, f"only {_list(viewers)} may import {room}")
        for room, visible in SEES.items():
            if source.inside(room) and not _allowed(imported, (room, *visible)):
                yield source.finding("wall", node, f"{room} may import {_list(visible)} only, not {imported}")
        if source.is_plugin and not _allowed(imported, PLUGIN_SEES):
            yield source.finding("wall", node, f"a plugin may import {_list(PLUGIN_SEES)} only, not {imported}")


def _allowed(imported: str, packages: tuple[str, ...]) -> bool:
    return not within(imported, "roamgrid") or any(within(imported, package) for package in packages)


def _imports(source: Source) -> Iterator[tuple[ast.stmt, str]]:
    """Every imported module by its full name; `from a import b` counts as `a.b`, since `b` may be a module."""
    package = source.module if source.path.endswith("/__init__.py") else source.module.rpartition(".")[0]
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            base = ".".join([*start, *([node.module] if node.module else [])])
            yield from ((node, f"{base}.{alias.name}") for alias in node.names)


def _list(names: tuple[str, ...]) -> str:
    return ", ".join(names)
