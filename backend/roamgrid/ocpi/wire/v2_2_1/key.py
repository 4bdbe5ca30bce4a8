"""How every client-owned object is named."""

from roamgrid.ocpi.wire.common.declare import CountryCode, Id39, PartyCode, WireObject


class Key(WireObject, frozen=True):
    """Owner and id."""

    country_code: CountryCode
    party_id: PartyCode
    id: Id39
