"""Answers: the OCPI envelope around data that is JSON already (OCPI 2.2.1 Transport, Response format)."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from roamgrid.canonical.party import PartyId
from roamgrid.kernel import json

Headers = tuple[tuple[bytes, bytes], ...]

SUCCESS = 1000
CLIENT_ERROR = 2000
INVALID_PARAMETERS = 2001
UNKNOWN_LOCATION = 2003
UNKNOWN_TOKEN = 2004
SERVER_ERROR = 3000


@dataclass(frozen=True, slots=True)
class Answer:
    """One HTTP answer. `code` is the OCPI status code inside of the body; `party` the one of ours that answers, where the
    request leaves it open and it is not just the first."""

    http: int
    code: int
    body: bytes
    headers: Headers = ()
    party: PartyId | None = None


def ok(data: bytes | None = None, *, http: int = 200, headers: Headers = ()) -> Answer:
    """Success; `data` is JSON text, sent verbatim."""
    if data is None:
        return Answer(http, SUCCESS, b'{"status_code":1000,"status_message":"Success","timestamp":"%s"}' % _now(), headers)
    body = b'{"status_code":1000,"status_message":"Success","timestamp":"%s","data":%s}' % (_now(), data)
    return Answer(http, SUCCESS, body, headers)


def refused(code: int, message: str, *, http: int = 200, headers: Headers = ()) -> Answer:
    """Failure: OCPI's own errors travel on HTTP 200 unless the table in the specification says otherwise."""
    body = b'{"status_code":%d,"status_message":%s,"timestamp":"%s"}' % (code, json.dumps(message), _now())
    return Answer(http, code, body, headers)


def _now() -> bytes:
    return _written(int(time.time()))


@lru_cache(maxsize=2)
def _written(second: int) -> bytes:
    """Formatting a date costs as much as everything else here: once a second is enough."""
    return datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%dT%H:%M:%SZ").encode()
