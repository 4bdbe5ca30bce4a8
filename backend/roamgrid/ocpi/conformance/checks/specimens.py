"""Objects of ours for a provider to keep: marked as a check, about no energy and no money."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from roamgrid.canonical.cdr import Cdr, CdrPlace
from roamgrid.canonical.location import Connector, Coordinates, Evse, EvseStatus, Location
from roamgrid.canonical.money import CurrencyCode
from roamgrid.canonical.party import PartyId
from roamgrid.canonical.session import Amount, ChargingPeriod, Volume
from roamgrid.canonical.token import TokenRef, TokenType
from roamgrid.kernel.ids import new_id

LOCATION_ID, EVSE_UID = "RGCONFORMANCE", "RGCONFORMANCE-1"
_PLACE = Coordinates(Decimal("0.00001"), Decimal("0.00001"))


def specimen_location(party: PartyId) -> Location:
    """Not published, out of order, in the middle of the sea."""
    at = _now()
    plug = Connector("1", "IEC_62196_T2", "SOCKET", "AC_3_PHASE", 230, 16, 11_000, False, (), at)
    evse_id = f"{party.country_code}*{party.party_id}*ECHECK1"
    evse = Evse(EVSE_UID, evse_id, None, EvseStatus.OUTOFORDER, (), None, None, (plug,), at)
    return Location(
        party=party, id=LOCATION_ID, name="Conformance check", address="Nowhere 1", city="Nowhere", postal_code="0000",
        country="NLD", coordinates=_PLACE, time_zone="Europe/Amsterdam", operator_name=None, publish=False, evses=(evse,),
        last_updated=at,
    )  # fmt: skip


def specimen_cdr(party: PartyId) -> Cdr:
    """A new one each time."""
    end = _now()
    start = end - timedelta(hours=1)
    return Cdr(
        party=party,
        id=f"RGC-{new_id().hex[:24]}",
        start=start,
        end=end,
        session_id=None,
        token=TokenRef("RGCONFORMANCE", TokenType.RFID, f"{party.country_code}-{party.party_id}-C00000000-0", party),
        auth_method="WHITELIST",
        authorization_reference=None,
        place=CdrPlace(
            LOCATION_ID, EVSE_UID, f"{party.country_code}*{party.party_id}*ECHECK1", "1", "NLD", "Nowhere 1", "Nowhere",
            "Conformance check", "0000", _PLACE, "IEC_62196_T2", "SOCKET", "AC_3_PHASE",
        ),
        currency=CurrencyCode("EUR"),
        tariffs=(),
        periods=(ChargingPeriod(start, (Volume("TIME", Decimal(1)),)),),
        total_cost=Amount(Decimal(0), Decimal(0)),
        total_energy=Decimal(0),
        total_time=Decimal(1),
        total_parking_time=None,
        credit=False,
        credit_reference_id=None,
        home_charging_compensation=False,
        last_updated=end,
    )  # fmt: skip


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)
