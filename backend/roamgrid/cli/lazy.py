"""Commands that are imported when they are called: `roamgrid sandbox cpo` does not pay for GraphQL."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from roamgrid.kernel import memory

Target = tuple[str, str, str]
"""Module, the function or typer application in it, one line of help."""


def lazy_group(name: str, help_: str, targets: Mapping[str, Target]) -> TyperGroup:
    """A group whose commands are loaded by name."""
    return _LazyGroup(name, help_, targets)


def commands(help_: str) -> typer.Typer:
    """An empty group of commands, plain: no shell completion, no boxes, errors as they are."""
    return typer.Typer(
        help=help_, no_args_is_help=True, add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False
    )


class _LazyGroup(TyperGroup):
    def __init__(self, name: str, help_: str, targets: Mapping[str, Target]) -> None:
        super().__init__(name=name, help=help_, no_args_is_help=True, rich_markup_mode=None)
        self._targets = targets

    def list_commands(self, ctx: Any) -> list[str]:
        return list(self._targets)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """What the list of commands shows: the name and its help, nothing imported."""
        if cmd_name not in self._targets:
            return None
        help_ = self._targets[cmd_name][2]
        return TyperCommand(cmd_name, short_help=help_, help=help_)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """What a call runs: now it is imported."""
        if args[0] in self._targets:
            module, attribute, _ = self._targets[args[0]]
            return args[0], _loaded(args[0], module, attribute), args[1:]
        return super().resolve_command(ctx, args)


def _loaded(name: str, module: str, attribute: str) -> Any:
    target = getattr(import_module(module), attribute)
    memory.settle()
    if not isinstance(target, typer.Typer):
        single = commands("")
        single.command(name)(target)
        target = single
    command = get_command(target)
    command.name = name
    return command
