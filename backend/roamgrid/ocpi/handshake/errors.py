"""How a handshake fails; each error carries the OCPI status code with which the other side is told."""

from typing import ClassVar

from roamgrid.kernel.errors import Conflict, Invalid, Unavailable


class HandshakeFailed(Unavailable):
    """The other side could not be used; nothing was registered or changed."""

    code = "HANDSHAKE_FAILED"
    hint = "Read the message, correct the partner's side and try again."
    ocpi_status: ClassVar[int] = 3000


class PartyIsOurs(HandshakeFailed):
    """The partner registers a party that the tenant declares as its own."""

    code = "PARTY_IS_OURS"
    hint = "Only the back end that runs our own stations may: invite or register it with `--back-end`."
    ocpi_status = 2001


class PeerUnusable(HandshakeFailed):
    """Its versions endpoint or version details could not be fetched or understood."""

    code = "PARTNER_API_UNUSABLE"
    hint = "Check the versions URL and the token; both are case-sensitive. The partner's platform must answer now."
    ocpi_status = 3001


class TokenNotTaken(PeerUnusable):
    """It answered 401: the token is wrong, or it wants it in the other encoding."""

    code = "PARTNER_REFUSED_TOKEN"
    hint = 'Check the token; a partner that wants it unencoded needs a dialect with token_encoding = "plain".'


class NoCommonVersion(HandshakeFailed):
    """The partner speaks no version that we offer it."""

    code = "NO_COMMON_OCPI_VERSION"
    hint = "Ask the partner to enable one of the versions named, or invite it with another version or role."
    ocpi_status = 3002


class EndpointsMissing(HandshakeFailed):
    """The partner offers no credentials endpoint, or nothing that a service provider can use."""

    code = "PARTNER_ENDPOINTS_MISSING"
    hint = "The partner's version details must list credentials and at least one module for a service provider."
    ocpi_status = 3003


class VersionSaysNoRoles(Invalid):
    """Its credentials have no roles, so a connection in it is with a service provider or with an operator, never both."""

    code = "VERSION_SAYS_NO_ROLES"
    hint = "Make two connections, one as EMSP and one as CPO, or choose a later version."


class NotRegistered(Conflict):
    """The step needs a registered connection."""

    code = "NOT_REGISTERED"
    hint = "Complete the handshake first: POST credentials with the token of the invitation."


class AlreadyRegistered(Conflict):
    """The connection is registered; a second POST would make two."""

    code = "ALREADY_REGISTERED"
    hint = "Use PUT to renew credentials, DELETE to end the connection."
