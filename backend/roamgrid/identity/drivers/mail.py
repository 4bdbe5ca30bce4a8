"""How a sign-in code reaches its driver."""

from typing import Protocol

import structlog

from roamgrid.identity.drivers.errors import MailUnavailable
from roamgrid.kernel.settings import Mode
from roamgrid.tenancy.context import TenantContext

log = structlog.get_logger(__name__)


class CodeSender(Protocol):
    """Delivers a code to an address."""

    async def send(self, ctx: TenantContext, email: str, code: str) -> str | None:
        """Returns the code when it may be shown to whoever asked (sandbox), else None. Raises `MailUnavailable`."""
        ...


class ShownCodes:
    """Sandbox: the code is shown in the answer and in the log instead of being sent."""

    async def send(self, ctx: TenantContext, email: str, code: str) -> str | None:
        log.info("sign_in.code_shown", tenant=ctx.tenant, email=email, code=code)
        return code


class NoMail:
    """Production without an e-mail service: refuses, so that nobody waits for a code that cannot come."""

    async def send(self, ctx: TenantContext, email: str, code: str) -> str | None:
        raise MailUnavailable("this deployment cannot send e-mail yet")


def sender_for(mode: Mode) -> CodeSender:
    """The way to send codes that this version of the product has for a mode."""
    return ShownCodes() if mode is Mode.SANDBOX else NoMail()
