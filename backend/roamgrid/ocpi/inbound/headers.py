"""Headers of an answer (OCPI 2.2.1 Transport: Unique message IDs, Message Routing)."""

from roamgrid.ocpi.inbound.answer import Answer

_ECHOED = (b"x-request-id", b"x-correlation-id")
_SWAPPED = (
    (b"ocpi-from-country-code", b"ocpi-to-country-code"),
    (b"ocpi-from-party-id", b"ocpi-to-party-id"),
    (b"ocpi-to-country-code", b"ocpi-from-country-code"),
    (b"ocpi-to-party-id", b"ocpi-from-party-id"),
)


def answered(answer: Answer, request: dict[bytes, bytes], *, functional: bool) -> list[tuple[bytes, bytes]]:
    """Ids go back as they came; on functional modules the sender becomes the receiver and the other way round."""
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", b"%d" % len(answer.body)),
        *answer.headers,
        *((name, request[name]) for name in _ECHOED if name in request),
    ]
    if functional:
        headers += [(reply, request[name]) for name, reply in _SWAPPED if name in request]
    return headers
