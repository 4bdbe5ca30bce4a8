"""`Authorization: Token <credential>` in both directions (OCPI transport; plain in 2.1.1, Base64 since)."""

import binascii
from base64 import b64decode, b64encode
from collections.abc import Collection
from secrets import token_urlsafe

from roamgrid.sandbox.ocpi.quirks import Quirk
from roamgrid.sandbox.ocpi.shapes.shape import Shape


def new_token() -> str:
    """A fresh credentials token, within OCPI's 64 printable characters."""
    return token_urlsafe(32)


def header_for(token: str, shape: Shape, quirks: Collection[Quirk] = ()) -> str:
    if Quirk.TOKEN_WITH_NEWLINE in quirks and shape.encodes_tokens:
        return f"Token {_encoded(token + chr(10))}"
    encodes = Quirk.PLAIN_TOKEN not in quirks if shape.encodes_tokens else Quirk.ENCODED_TOKEN in quirks
    return f"Token {_encoded(token) if encodes else token}"


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


def _encoded(token: str) -> str:
    return b64encode(token.encode()).decode()
