"""What a partner's HTTP response means (OCPI 2.2.1, Transport; Status codes).

Practice varies (issues 99, 201, 269), so the envelope is read on every HTTP status.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

from roamgrid.core.commands.errors import PartnerUnavailable
from roamgrid.ocpi.outbound.errors import PartnerBusy, PartnerRefused, PartyNotConnected
from roamgrid.ocpi.wire.common.deviations import Refused
from roamgrid.ocpi.wire.common.envelope import Envelope, read_envelope
from roamgrid.ocpi.wire.common.items import read_items
from roamgrid.ocpi.wire.common.links import write_next_link

_TOO_MANY = 429
_ASK_FOR_A_PAUSE = frozenset({_TOO_MANY, 503})
_SERVER_ERROR, _HUB_ERRORS = 3000, range(4000, 5000)
_NOT_PASSED_ON = frozenset({4001, 4003})
"""The hub does not know the receiver, or is not connected to it. (4002, its own time-out, says nothing of what was done.)"""


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


def read_answer(http: int, headers: Mapping[str, str], body: bytes, *, bare_lists: bool = False) -> Answer:
    """Success is HTTP 2xx and status code 1xxx, or 2xx without a body. `bare_lists`: or with `items` and no status code.

    Raises `PartnerBusy` when the partner names a time to wait, `PartnerUnavailable` when trying again may help,
    `PartnerRefused` when it will not.
    """
    success = 200 <= http <= 299
    pause_s = _retry_after_s(headers) if http in _ASK_FOR_A_PAUSE else None
    if pause_s is not None:
        raise PartnerBusy(f"HTTP {http}, asks for {pause_s:.0f} s", retry_after_s=pause_s)
    if success and not body.strip():
        return Answer(None, headers)
    try:
        envelope = read_envelope(body)
    except Refused as problem:
        items = read_items(body) if success and bare_lists else None
        if items is not None:
            return Answer(items.data, {**headers, "link": write_next_link(items.next)} if items.next else headers)
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
    if envelope.status_code in _NOT_PASSED_ON:
        return PartyNotConnected(said)
    passing = envelope.status_code == _SERVER_ERROR or envelope.status_code in _HUB_ERRORS
    if http >= 500 or http == _TOO_MANY or passing:
        return PartnerUnavailable(said)
    return PartnerRefused(said, http=http, status_code=envelope.status_code)


def _retry_after_s(headers: Mapping[str, str]) -> float | None:
    """Seconds. A date is taken against the partner's own clock; None without either (RFC 9110, section 10.2.3)."""
    said = headers.get("retry-after", "").strip()
    if said.isascii() and said.isdigit() and len(said) < 9:
        return float(said)
    try:
        return max(0.0, (parsedate_to_datetime(said) - parsedate_to_datetime(headers.get("date", ""))).total_seconds())
    except (TypeError, ValueError):
        return None
