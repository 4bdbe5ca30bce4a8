"""How every client-owned object is named."""

from typing import Annotated

from roamgrid.ocpi.wire.common.declare import CountryCode, Id39, OrElse, PartyCode, WireObject


class Key(WireObject, frozen=True):
    """Owner and id. In 2.1.1 the owner stands in the address only."""

    id: Id39
    country_code: Annotated[CountryCode | None, OrElse(None)]
    party_id: Annotated[PartyCode | None, OrElse(None)]
