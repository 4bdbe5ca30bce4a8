"""The one error tree.

    DomainError                 a rule said no; the caller can do something about it
    ├── NotFound                the thing does not exist *for this tenant*
    ├── Invalid                 the input is wrong; `field` names the place
    ├── Conflict                the state forbids it now
    ├── Unauthenticated         nobody knows who is asking
    └── Unavailable             a partner or a service is down; trying again later can help

Every class carries a stable `code` and a `hint` that says what to do next. Surfaces (GraphQL, OCPI,
CLI) map these codes once and invent none of their own. `docs/errors.md` lists every code.
"""

from typing import ClassVar


class DomainError(Exception):
    """A rule said no. `code` is stable, `message` is for people, `hint` says what to do next."""

    code: ClassVar[str] = "DOMAIN_ERROR"
    hint: ClassVar[str] = ""

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class NotFound(DomainError):
    """The thing does not exist for this tenant; another tenant's things never do."""

    code = "NOT_FOUND"
    hint = "Check the id; ids of another brand are never found."


class Invalid(DomainError):
    """The input breaks a rule; `field` names the place."""

    code = "INVALID"
    hint = "Correct the named field and send it again."


class Conflict(DomainError):
    """The current state forbids the request."""

    code = "CONFLICT"
    hint = "Read the current state, then decide again."


class Unauthenticated(DomainError):
    """No valid credential came with the request."""

    code = "UNAUTHENTICATED"
    hint = "Sign in and send the access token."


class Unavailable(DomainError):
    """Something that we depend on does not answer."""

    code = "UNAVAILABLE"
    hint = "Try again in a moment."
