"""The driver schema."""

from functools import cache

import strawberry
from graphql import GraphQLError
from strawberry.extensions import AddValidationRules, MaxTokensLimiter, ParserCache, ValidationCache
from strawberry.schema.config import StrawberryConfig
from strawberry.types import ExecutionContext

from roamgrid.graphql.common.described import describe
from roamgrid.graphql.common.limits import MAX_TOKENS, RULES
from roamgrid.graphql.common.reports import ReportErrors
from roamgrid.graphql.driver.errors import HANDLERS
from roamgrid.graphql.driver.mutations import Mutation
from roamgrid.graphql.driver.query import Query
from roamgrid.graphql.driver.subscription import Subscription
from roamgrid.graphql.driver.types.driver import Driver
from roamgrid.graphql.driver.types.receipt import Receipt
from roamgrid.graphql.driver.types.session import Session
from roamgrid.graphql.driver.types.station import Station


class QuietSchema(strawberry.Schema):
    """`ReportErrors` logs what was not foreseen; a driver's mistake is no news for the log."""

    def process_errors(self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None) -> None: ...


@cache
def driver_schema() -> strawberry.Schema:
    """Built once per process. It must not be sorted while it serves: see `sdl`."""
    return describe(
        QuietSchema(
            query=Query,
            mutation=Mutation,
            subscription=Subscription,
            types=[Station, Session, Receipt, Driver],
            config=StrawberryConfig(disable_field_suggestions=True),
            exception_handlers=HANDLERS,
            extensions=[
                lambda: MaxTokensLimiter(max_token_count=MAX_TOKENS),
                lambda: AddValidationRules(RULES),
                ParserCache,
                ValidationCache,
                ReportErrors,
            ],
        )
    )
