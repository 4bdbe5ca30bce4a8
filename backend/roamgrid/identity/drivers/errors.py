"""Why a sign-in fails."""

from roamgrid.kernel.errors import DomainError, Invalid, Unavailable


class InvalidEmail(Invalid):
    """The text is no e-mail address."""

    code = "INVALID_EMAIL"
    hint = "Send an address such as name@example.org."


class InvalidCode(Invalid):
    """The code is wrong, used, expired, or was tried too often; which of these is not told."""

    code = "INVALID_CODE"
    hint = "Check the newest e-mail, or request a new code."


class TooManyCodes(DomainError):
    """More codes were asked for one address than anyone needs."""

    code = "RATE_LIMITED"
    hint = "Wait a quarter of an hour, then request one code."


class MailUnavailable(Unavailable):
    """This deployment has no way to send e-mail."""

    code = "MAIL_UNAVAILABLE"
    hint = "The operator of this deployment has to connect an e-mail service."


class SandboxOnly(DomainError):
    """A developer's shortcut that a production deployment refuses."""

    code = "SANDBOX_ONLY"
    hint = "Set ROAMGRID_MODE=sandbox, or sign in with a code."
