"""Headers of an answer (OCPI 2.2.1 Transport: Unique message IDs, Message Routing)."""

from collections.abc import Mapping

from roamgrid.ocpi.inbound.answer import Answer
from roamgrid.ocpi.inbound.routing import answering_headers
from roamgrid.tenancy.directory import Tenant

_ECHOED = (b"x-request-id", b"x-correlation-id")


def answered(
    answer: Answer, request: Mapping[bytes, bytes], *, routed: bool, tenant: Tenant | None = None
) -> list[tuple[bytes, bytes]]:
    """Ids go back as they came; on functional modules the sender becomes the receiver and the other way round."""
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", b"%d" % len(answer.body)),
        *answer.headers,
        *((name, request[name]) for name in _ECHOED if name in request),
    ]
    return headers + answering_headers(request, tenant, answer.party) if routed else headers
