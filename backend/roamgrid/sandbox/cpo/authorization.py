"""`Authorization: Token <base64>` in both directions (OCPI 2.2.1 transport, Authorization header)."""

import binascii
from base64 import b64decode, b64encode
from secrets import token_urlsafe


def new_token() -> str:
    """A fresh credentials token, within OCPI's 64 printable characters."""
    return token_urlsafe(32)


def header_for(token: str) -> str:
    return f"Token {b64encode(token.encode()).decode()}"


def presented_tokens(header: str | None) -> list[str]:
    """What the header may mean: the decoded token first, then the text itself (many peers still send it raw).

    Whitespace around a decoded token is dropped: peers built from the specification's sample encode a newline.
    """
    scheme, _, credential = (header or "").strip().partition(" ")
    credential = credential.strip()
    if scheme.casefold() != "token" or not credential:
        return []
    try:
        return [b64decode(credential, validate=True).decode().strip(), credential]
    except (binascii.Error, UnicodeDecodeError):
        return [credential]
