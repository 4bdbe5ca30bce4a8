"""Top-level errors: every one has `extensions.code`; what we did not foresee says nothing about our inside."""

from collections.abc import Mapping

import structlog
from graphql import GraphQLError
from psycopg import OperationalError
from psycopg_pool import PoolTimeout
from sqlalchemy.exc import DBAPIError
from strawberry.exceptions import StrawberryGraphQLError
from strawberry.extensions import MaskErrors

from roamgrid.kernel.errors import DomainError

log = structlog.get_logger(__name__)

_INTERNAL = "INTERNAL_SERVER_ERROR"
_UNAVAILABLE = "UNAVAILABLE"
_INVALID = "GRAPHQL_VALIDATION_FAILED"


class ReportErrors(MaskErrors):
    """Gives each error its code and masks the unforeseen ones; those are logged in full."""

    def __init__(self) -> None:
        super().__init__(should_mask_error=lambda _: True)

    def anonymise_error(self, error: GraphQLError) -> GraphQLError:
        cause = error.original_error
        if isinstance(cause, DomainError):
            extensions = {"code": cause.code, "hint": cause.hint} | ({"field": cause.field} if cause.field else {})
            return _copy(error, cause.message, extensions)
        if cause is None or isinstance(cause, (GraphQLError, StrawberryGraphQLError)):
            return _copy(error, error.message, {"code": _INVALID} | dict(error.extensions or {}))
        if isinstance(cause, (OperationalError, PoolTimeout, DBAPIError)):
            log.error("graphql.unavailable", exc_info=cause)
            return _copy(error, "the service is not available now", {"code": _UNAVAILABLE, "hint": "Try again in a moment."})
        log.error("graphql.unforeseen", path=error.path, exc_info=cause)
        return _copy(error, "something went wrong on our side", {"code": _INTERNAL})


def _copy(error: GraphQLError, message: str, extensions: Mapping[str, object]) -> GraphQLError:
    return GraphQLError(message, error.nodes, error.source, error.positions, error.path, None, dict(extensions))
