"""A list as some platforms send it: `items` and `next` in the body, without envelope and Link header (ocpdb, chargecloud)."""

from dataclasses import dataclass

import msgspec

from roamgrid.ocpi.wire.common.envelope import NOT_JSON


@dataclass(frozen=True, slots=True)
class Items:
    """`data` is the verbatim JSON of the list; `next` the address of the next page, None on the last one."""

    data: bytes
    next: str | None


class _Body(msgspec.Struct):
    items: msgspec.Raw
    next: str | None = None


_body = msgspec.json.Decoder(_Body)


def read_items(body: bytes) -> Items | None:
    """None for what is no such list."""
    try:
        read = _body.decode(body)
    except NOT_JSON:
        return None
    return Items(bytes(read.items), read.next or None)
