"""How uids compare: readers, printers and back ends disagree on case and separators, and some readers on the order of bytes."""

import re

LONGEST_FOR_OCPP_1 = 20
"""What a station of the OCPP 1.x generation can carry, of uids and of group ids (OCPI issue 350)."""

_SEPARATORS = str.maketrans("", "", " :.-_")
_CARD_BYTES = re.compile(r"([0-9a-f]{8}|[0-9a-f]{14}|[0-9a-f]{20})")


def uid_key(uid: str) -> str:
    """04:A2:B3:C4 and 04a2b3c4 are one card. A uid of nothing but separators stands for itself."""
    folded = uid.casefold()
    return folded.translate(_SEPARATORS) or folded


def reversed_key(key: str) -> str | None:
    """The key of the same chip from a reader that sends its bytes the other way round.

    None where that means nothing: not a chip's number of 4, 7 or 10 bytes (ISO/IEC 14443-3), or the same both ways.
    """
    if not _CARD_BYTES.fullmatch(key):
        return None
    twin = bytes.fromhex(key)[::-1].hex()
    return None if twin == key else twin
