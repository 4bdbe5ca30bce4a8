"""Transactions end in one place, and SQL is never built from strings."""

import ast
from collections.abc import Iterator

from tools.rules.source import Finding, Source, dotted

UNITS_OF_WORK = ("roamgrid.tenancy",)
_RUNS_SQL = {"execute", "executemany", "scalar", "scalars", "exec", "exec_driver_sql", "stream", "copy"}
_MAKES_SQL = {"text", "SQL", "sql.SQL", "sqlalchemy.text", "sa.text"}


def commits_at_the_edge(source: Source) -> Iterator[Finding]:
    """Only the unit of work commits: a use case must not decide for its caller that all is well."""
    if not source.is_product or source.inside(*UNITS_OF_WORK):
        return
    for call in source.calls():
        if isinstance(call.func, ast.Attribute) and call.func.attr == "commit":
            yield source.finding("commit", call, "only the unit of work (roamgrid.tenancy) commits")


def no_sql_from_strings(source: Source) -> Iterator[Finding]:
    """Values are parameters; names are psycopg.sql.Identifier. Sees what is built in the call itself."""
    if not source.is_product:
        return
    for call in source.calls():
        method = call.func.attr if isinstance(call.func, ast.Attribute) else ""
        if (method in _RUNS_SQL or dotted(call.func) in _MAKES_SQL) and call.args and _is_built(call.args[0]):
            yield source.finding("sql-string", call, "SQL built from strings; pass parameters or use psycopg.sql")


def _is_built(node: ast.expr) -> bool:
    match node:
        case ast.JoinedStr(values=parts):
            return any(isinstance(part, ast.FormattedValue) for part in parts)
        case ast.BinOp(op=ast.Mod(), left=left):
            return _is_text(left)
        case ast.BinOp(op=ast.Add(), left=left, right=right):
            return _is_text(left) or _is_text(right) or _is_built(left) or _is_built(right)
        case ast.Call(func=ast.Attribute(attr="format", value=value)):
            return _is_text(value)
    return False


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))
