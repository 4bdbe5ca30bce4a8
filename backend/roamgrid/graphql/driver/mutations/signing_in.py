"""Sign in by e-mail code."""

from datetime import datetime
from typing import Annotated

import strawberry

from roamgrid.graphql.driver.context import DriverInfo
from roamgrid.graphql.driver.errors import InvalidCodeError, InvalidEmailError, MailUnavailableError, RateLimitedError
from roamgrid.graphql.driver.types.driver import Driver


@strawberry.input
class RequestLoginCodeInput:
    email: str


@strawberry.type
class RequestLoginCodePayload:
    """A code is on its way."""

    email: str
    expires_at: datetime
    sandbox_code: str | None = strawberry.field(description="The code itself, in sandbox mode only.")


RequestLoginCodeResult = Annotated[
    RequestLoginCodePayload | InvalidEmailError | RateLimitedError | MailUnavailableError,
    strawberry.union("RequestLoginCodeResult"),
]


@strawberry.input
class SignInInput:
    email: str
    code: str


@strawberry.type
class SignInPayload:
    """Send `accessToken` as `Authorization: Bearer <accessToken>`."""

    access_token: str
    expires_at: datetime
    driver: Driver


SignInResult = Annotated[SignInPayload | InvalidEmailError | InvalidCodeError, strawberry.union("SignInResult")]


@strawberry.type
class SigningInMutations:
    @strawberry.mutation
    async def request_login_code(self, info: DriverInfo, input: RequestLoginCodeInput) -> RequestLoginCodeResult:
        """Send a six-digit code to an e-mail address."""
        context = info.context
        requested = await context.services.sign_in.request_code(context.ctx, input.email)
        return RequestLoginCodePayload(
            email=requested.email, expires_at=requested.expires_at, sandbox_code=requested.shown_code
        )

    @strawberry.mutation
    async def sign_in(self, info: DriverInfo, input: SignInInput) -> SignInResult:
        """Exchange a code for an access token; the first sign-in makes the account."""
        context = info.context
        signed_in = await context.services.sign_in.sign_in(context.ctx, input.email, input.code)
        return SignInPayload(
            access_token=signed_in.token.text,
            expires_at=signed_in.token.expires_at,
            driver=Driver.of(signed_in.driver),
        )
