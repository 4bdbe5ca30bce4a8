"""What a partner's HTTP response means (OCPI 2.2.1, Transport; Status codes).

Practice varies (issues 99, 201, 269), so the envelope is read on every HTTP status.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from roamgrid.core.commands.errors import PartnerUnavailable
from roamgrid.ocpi.outbound.errors import PartnerRefused
from roamgrid.ocpi.wire.common.deviations import Refused
from roamgrid.ocpi.wire.common.envelope import Envelope, read_envelope

_TOO_MANY = 429
_SERVER_ERROR, _HUB_ERRORS = 3000, range(4000, 5000)


@dataclass(frozen=True, slots=True)
class Answer:
    """A success. `data` is verbatim JSON, None when there is none; header names are lower case."""

    data: bytes | None
    headers: Mapping[str, str]

    @property
    def total(self) -> int | None:
        """`X-Total-Count`, when it is a number."""
        text = self.headers.get("x-total-count", "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else None


def read_answer(http: int, headers: Mapping[str, str], body: bytes) -> Answer:
    """Success is HTTP 2xx and status code 1xxx, or 2xx without a body.

    Raises `PartnerUnavailable` when trying again may help, `PartnerRefused` when it will not.
    """
    success = 200 <= http <= 299
    if success and not body.strip():
        return Answer(None, headers)
    try:
        envelope = read_envelope(body)
    except Refused as problem:
        raise _without_envelope(http, success=success, problem=problem) from None
    if success and envelope.succeeded:
        return Answer(envelope.data, headers)
    raise _failure(http, envelope)


def _without_envelope(http: int, *, success: bool, problem: Refused) -> PartnerUnavailable | PartnerRefused:
    if success or http >= 500 or http == _TOO_MANY:
        return PartnerUnavailable(f"HTTP {http}, {problem.message}")
    return PartnerRefused(f"HTTP {http} without an OCPI answer", http=http, status_code=None)


def _failure(http: int, envelope: Envelope) -> PartnerUnavailable | PartnerRefused:
    said = f"HTTP {http}, status code {envelope.status_code}: {(envelope.message or 'no message')[:200]}"
    passing = envelope.status_code == _SERVER_ERROR or envelope.status_code in _HUB_ERRORS
    if http >= 500 or http == _TOO_MANY or passing:
        return PartnerUnavailable(said)
    return PartnerRefused(said, http=http, status_code=envelope.status_code)
