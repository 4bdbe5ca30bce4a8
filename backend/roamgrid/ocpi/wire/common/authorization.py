"""The `Authorization` header of a call (OCPI Transport and format, Authorization header; issues 212 and 369)."""

from base64 import b64encode
from enum import StrEnum


class TokenEncoding(StrEnum):
    """How a partner wants its token: as the specification says since 2.2-d2, or as it is."""

    BASE64 = "base64"
    PLAIN = "plain"


def write_authorization(token: str, encoding: TokenEncoding) -> str:
    """The header's value."""
    return f"Token {b64encode(token.encode()).decode() if encoding is TokenEncoding.BASE64 else token}"
