"""References of authorizations: proof instead of a row.

An answer ALLOWED carries an `authorization_reference`, which comes back in the session and the CDR. Writing a grant for each
would put a commit between the driver and the station, for an authorization that in most cases leads nowhere; writing it
after the answer could lose it. So the reference proves itself: a UUID (version 8, RFC 9562) of the moment in milliseconds and
74 bits of a keyed hash (BLAKE2b, RFC 7693) over tenant, partner, token and moment. A CDR names tenant, partner and token
itself; `authorized_at` tells from these whether the reference is ours and when we gave it. Who pays follows from the token, as
for every RFID charge.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from roamgrid.canonical.party import SourceId
from roamgrid.canonical.token import TokenType
from roamgrid.core.tokens.uids import uid_key
from roamgrid.tenancy.context import TenantSlug

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Authorized:
    """For whom a reference is given; uids compare as `uid_key` says."""

    tenant: TenantSlug
    source: SourceId
    uid: str
    type: TokenType


class References:
    """Makes and checks references with the deployment's key."""

    def __init__(self, key: bytes) -> None:
        self._key = hashlib.sha256(b"authorization reference" + key).digest()

    def make(self, authorized: Authorized, at: datetime) -> str:
        """36 characters, which is what OCPI allows."""
        return str(self._reference(authorized, (at - _EPOCH) // _MILLISECOND))

    def authorized_at(self, reference: str, authorized: Authorized) -> datetime | None:
        """When we authorized exactly that; None when we never did. In any letter case, as CiStrings compare."""
        try:
            given = UUID(reference)
        except ValueError:
            return None
        milliseconds = given.int >> 80
        if not hmac.compare_digest(given.bytes, self._reference(authorized, milliseconds).bytes):
            return None
        return _EPOCH + milliseconds * _MILLISECOND

    def _reference(self, authorized: Authorized, milliseconds: int) -> UUID:
        text = "\n".join(
            [authorized.tenant, str(authorized.source), authorized.type, str(milliseconds), uid_key(authorized.uid)]
        )
        proof = int.from_bytes(hashlib.blake2b(text.encode(), key=self._key, digest_size=10).digest())
        bits = milliseconds << 80 | proof
        return UUID(int=bits & ~(0xF << 76) & ~(0x3 << 62) | 8 << 76 | 2 << 62)
