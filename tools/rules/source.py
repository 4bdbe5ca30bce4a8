"""A parsed file and what a rule finds in it."""

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Self

_EXCUSE = re.compile(r"# rule-ok: \S")


@dataclass(frozen=True, slots=True)
class Finding:
    """A broken rule: `line` counts from 1."""

    path: str
    line: int
    rule: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.rule}: {self.message}"


@dataclass(frozen=True, slots=True)
class Source:
    """One Python file. `path` is relative to the repository, with slashes."""

    path: str
    tree: ast.Module
    lines: tuple[str, ...]

    @classmethod
    def parse(cls, path: str, text: str) -> Self:
        """Raises `SyntaxError`."""
        return cls(path, ast.parse(text, path), tuple(text.splitlines()))

    @property
    def module(self) -> str:
        """The name that other files import it by, e.g. `roamgrid.core.cdrs` for backend/roamgrid/core/cdrs/__init__.py."""
        parts = list(PurePosixPath(self.path).with_suffix("").parts)
        match parts:
            case ["backend", *inner]:
                parts = inner
            case ["plugins", _, _, "src", *inner] | ["plugins", _, _, *inner]:
                parts = inner
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)

    @property
    def is_product(self) -> bool:
        """Part of what is installed, unlike tests and tools."""
        return self.path.startswith(("backend/", "plugins/")) and "/tests/" not in self.path

    @property
    def is_plugin(self) -> bool:
        return self.path.startswith("plugins/")

    def inside(self, *packages: str) -> bool:
        """Whether the module is one of the packages or lies in one."""
        return any(within(self.module, package) for package in packages)

    def calls(self) -> Iterator[ast.Call]:
        return (node for node in ast.walk(self.tree) if isinstance(node, ast.Call))

    def finding(self, rule: str, node: ast.AST, message: str) -> Finding:
        return Finding(self.path, getattr(node, "lineno", 1), rule, message)

    def without_excused(self, findings: Iterable[Finding]) -> Iterator[Finding]:
        return (found for found in findings if not _EXCUSE.search(self.lines[found.line - 1]))


def within(module: str, package: str) -> bool:
    """Whether `module` is `package` or lies in it."""
    return module == package or module.startswith(f"{package}.")


def dotted(node: ast.expr) -> str:
    """`a.b.c` for a chain of names, the last part only when it starts from something else (`x().b` gives `b`)."""
    if isinstance(node, ast.Attribute):
        before = dotted(node.value)
        return f"{before}.{node.attr}" if before else node.attr
    return node.id if isinstance(node, ast.Name) else ""
