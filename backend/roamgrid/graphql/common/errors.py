"""Errors as data: a mutation answers with its payload or with one of the errors that its result union names.

Whatever is not in the union becomes a top-level error with `extensions.code` (`reports.py`).
"""

from collections.abc import Iterable
from typing import Any

import strawberry
from strawberry.types import Info
from strawberry.types.field import StrawberryField

from roamgrid.kernel.errors import DomainError


@strawberry.interface
class Error:
    """Why something did not work. `code` is stable, `message` is for people, `hint` says what to do next."""

    code: str
    message: str
    hint: str


class _AsData:
    """A `strawberry.ExceptionHandler` by structure."""

    def __init__(self, exception: type[DomainError], error: type[Error]) -> None:
        self.exception_type = exception
        self.error_type = error

    def handle(self, exception: DomainError, *, field: StrawberryField, info: Info[Any, Any]) -> Error:
        return self.error_type(code=exception.code, message=exception.message, hint=exception.hint)


def as_data(pairs: Iterable[tuple[type[DomainError], type[Error]]]) -> list[strawberry.ExceptionHandler[Any, Any]]:
    """Handlers that turn each exception into its type wherever a result union names that type; the first match wins."""
    return [_AsData(exception, error) for exception, error in pairs]
