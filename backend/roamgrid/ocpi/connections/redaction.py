"""What an example of a deviation must not show: tokens that open an interface, and what names a driver or a card."""

import re

_SECRET = re.compile(r"(^|/)(token|authorization|response_url|signed_data)$")
_PERSONAL = re.compile(r"/(uid|contract_id|auth_id|visual_number|issuer_uid|group_id|emaid|authorization_reference)$")
_OF_STATIONS = re.compile(r"^(/evses/|/location/|/cdr_location/)")
_CREDENTIAL = re.compile(r"\b(Token|Bearer|Basic)\s+\S+", re.IGNORECASE)
_QUOTED = re.compile(r"""(?:'[^']*'|"[^"]*")""")
_SHOWN = 3


def redacted(field: str, example: str) -> str:
    """The example as it may be kept and shown. Ids of stations are no secret; ids of cards keep their first characters."""
    example = _CREDENTIAL.sub(r"\1 …", example)
    if _SECRET.search(field):
        return "…" if example else ""
    if _PERSONAL.search(field) and not _OF_STATIONS.match(field):
        return _QUOTED.sub("…", example) if _QUOTED.search(example) else _shortened(example)
    return example


def _shortened(example: str) -> str:
    return f"{example[:_SHOWN]}…" if len(example) > _SHOWN else example
