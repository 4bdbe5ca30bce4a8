"""What an `Authorization` header may mean.

OCPI 2.2.1 wants `Token <Base64 of the token>`; many peers send the token as it is, and some encode a newline with it,
as the specification's sample does. All of these name the same token (OCPI 2.2.1 Transport, Authorization header; issue 212).
"""

import binascii
import hmac
from base64 import b64decode
from collections.abc import Iterable

from roamgrid.kernel.crypto import digest


def presented_tokens(header: str | None) -> tuple[str, ...]:
    """The tokens that the header may stand for, the specified reading first; empty when it is no token at all."""
    scheme, _, credential = (header or "").strip().partition(" ")
    credential = credential.strip()
    if scheme.casefold() != "token" or not credential:
        return ()
    try:
        decoded = b64decode(credential, validate=True).decode().strip()
    except (binascii.Error, UnicodeDecodeError):
        return (credential,)
    return (decoded, credential) if decoded else (credential,)


def digests(tokens: Iterable[str]) -> list[str]:
    """How each token is looked up."""
    return [digest(token) for token in tokens]


def match(tokens: Iterable[str], stored: str | None) -> str | None:
    """The token whose digest is `stored`, compared in constant time."""
    if stored is None:
        return None
    return next((token for token in tokens if hmac.compare_digest(digest(token), stored)), None)
