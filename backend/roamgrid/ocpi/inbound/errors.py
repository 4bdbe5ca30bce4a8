"""How failures are said in OCPI: one mapping for the whole surface (OCPI 2.2.1 Status codes; docs/errors.md).

A failure of ours travels on HTTP 5xx besides its 3000: a partner that looks at HTTP alone must not take it for a receipt.
"""

from psycopg import DataError, OperationalError
from psycopg_pool import PoolTimeout

from roamgrid.kernel.errors import Conflict, DomainError, Invalid, NotFound, Unauthenticated, Unavailable
from roamgrid.kernel.json import JsonError
from roamgrid.ocpi.handshake.errors import AlreadyRegistered, HandshakeFailed, NotRegistered
from roamgrid.ocpi.inbound.answer import CLIENT_ERROR, INVALID_PARAMETERS, SERVER_ERROR, Answer, refused
from roamgrid.ocpi.wire.common.deviations import Refused


class OcpiError(Exception):
    """Ends a request with this OCPI status code; `http` is the HTTP status that it travels on."""

    def __init__(self, code: int, message: str, *, http: int = 200) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.http = http


def invalid(field: str, reason: str) -> Refused:
    """2001 that names the field; the body is kept as refused."""
    return Refused(field, reason)


def not_found(what: str, code: int = CLIENT_ERROR) -> OcpiError:
    """HTTP 404; `code` where OCPI has one of its own for the thing."""
    return OcpiError(code, f"unknown {what}", http=404)


def answer_to(error: Exception) -> Answer | None:
    """What the partner is told; None for a failure that is our own bug."""
    match error:
        case OcpiError():
            return refused(error.code, error.message, http=error.http)
        case JsonError() | RecursionError() | UnicodeDecodeError():
            return refused(CLIENT_ERROR, "the body is not JSON that can be read", http=400)
        case DataError():
            return refused(INVALID_PARAMETERS, f"a value cannot be stored: {_first_line(error)}")
        case OperationalError() | PoolTimeout():
            return refused(SERVER_ERROR, "temporarily unavailable, please send it again", http=503)
        case HandshakeFailed():
            return refused(error.ocpi_status, error.message)
        case AlreadyRegistered() | NotRegistered():
            return refused(CLIENT_ERROR, error.message, http=405)
        case Refused():
            return refused(INVALID_PARAMETERS, error.message)
        case DomainError():
            return _domain(error)
    return None


def _domain(error: DomainError) -> Answer:
    message = f"{error.field}: {error.message}" if error.field else error.message
    match error:
        case Invalid():
            return refused(INVALID_PARAMETERS, message)
        case NotFound():
            return refused(CLIENT_ERROR, message, http=404)
        case Unauthenticated():
            return refused(CLIENT_ERROR, message, http=401)
        case Unavailable():
            return refused(SERVER_ERROR, message, http=503)
        case Conflict():
            return refused(CLIENT_ERROR, message)
    return refused(CLIENT_ERROR, message)


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]
