"""Canonical values that OCPI 2.1.1 can say in full, as their owner's."""

from datetime import UTC, datetime, time
from decimal import Decimal

from hypothesis import strategies as st

from roamgrid.canonical.cdr import Cdr, CdrPlace
from roamgrid.canonical.location import Connector, Coordinates, Evse, EvseStatus, Location
from roamgrid.canonical.session import Amount, ChargingPeriod, Session, SessionStatus, Volume
from roamgrid.canonical.tariff import Dimension, PriceComponent, Restrictions, Tariff, TariffElement, TaxIncluded
from roamgrid.canonical.token import Token, TokenRef, TokenType, Whitelist
from roamgrid.ocpi.mapping.electricity import derived_power_w
from roamgrid.ocpi.mapping.places import evse_key
from tests.ocpi.mapping.v2_1_1.documents import OPERATOR

ids = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=36).filter(lambda text: text != "#NA")
texts = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=40).filter(
    lambda text: text.strip()
)
moments = st.integers(0, 4_000_000_000_000).map(
    lambda milli: datetime.fromtimestamp(milli // 1000, UTC).replace(microsecond=milli % 1000 * 1000)
)
amounts = st.decimals(Decimal(-1000), Decimal(100_000), places=4)
quantities = st.decimals(0, 10_000, places=4)
currencies = st.sampled_from(["EUR", "CHF", "SEK", "JPY"])

tokens = st.builds(
    Token,
    party=st.just(OPERATOR),
    uid=ids,
    type=st.sampled_from([TokenType.RFID, TokenType.OTHER]),
    contract_id=ids,
    issuer=texts,
    valid=st.booleans(),
    whitelist=st.sampled_from(Whitelist),
    last_updated=moments,
    visual_number=st.none() | texts,
    group_id=st.none(),
    language=st.sampled_from([None, "nl", "de"]),
)

restrictions = st.builds(
    Restrictions,
    start_time=st.none() | st.times().map(lambda at: time(at.hour, at.minute)),
    end_time=st.none() | st.times().map(lambda at: time(at.hour, at.minute)),
    start_date=st.none() | st.dates(),
    end_date=st.none() | st.dates(),
    min_kwh=st.none() | quantities,
    max_kwh=st.none() | quantities,
    min_power=st.none() | quantities,
    max_power=st.none() | quantities,
    min_duration=st.none() | st.integers(0, 2**31 - 1),
    max_duration=st.none() | st.integers(0, 2**31 - 1),
    weekdays=st.frozensets(st.integers(1, 7)),
    min_current=st.none(),
    max_current=st.none(),
    reservation=st.none(),
)
components = st.builds(
    PriceComponent, st.sampled_from(Dimension), price=amounts, vat_percent=st.none(), step_size=st.integers(0, 10_000)
)
elements = st.builds(
    TariffElement, st.lists(components, min_size=1, max_size=3).map(tuple), restrictions=st.none() | restrictions
)
tariffs = st.builds(
    Tariff,
    party=st.just(OPERATOR),
    id=ids,
    currency=currencies,
    elements=st.lists(elements, min_size=1, max_size=3).map(tuple),
    tax_included=st.just(TaxIncluded.NO),
    min_price=st.none(),
    max_price=st.none(),
    type=st.none(),
    valid_from=st.none(),
    valid_to=st.none(),
    text=st.none() | texts,
    last_updated=moments,
)

coordinates = st.builds(Coordinates, st.decimals(-90, 90, places=6), st.decimals(-180, 180, places=6))


@st.composite
def _connectors(draw: st.DrawFn) -> Connector:
    volts, amperes = draw(st.integers(0, 1000)), draw(st.integers(0, 1000))
    power_type = draw(st.sampled_from(["AC_1_PHASE", "AC_3_PHASE", "DC"]))
    return Connector(
        id=draw(ids),
        standard=draw(st.sampled_from(["IEC_62196_T2", "CHADEMO", "IEC_60309_2_single_16"])),
        format=draw(st.sampled_from(["SOCKET", "CABLE"])),
        power_type=power_type,
        max_voltage_v=volts,
        max_amperage_a=amperes,
        max_power_w=derived_power_w(volts, amperes, power_type),
        power_is_derived=True,
        tariff_ids=draw(st.just(()) | st.tuples(ids)),
        last_updated=draw(moments),
    )


@st.composite
def _evses(draw: st.DrawFn) -> Evse:
    evse_id = draw(st.none() | st.from_regex(r"NL\*GRF\*E[0-9]{1,9}", fullmatch=True))
    return Evse(
        uid=draw(ids),
        evse_id=evse_id,
        evse_key=evse_key(evse_id, []),
        status=draw(st.sampled_from(EvseStatus)),
        capabilities=draw(st.lists(st.sampled_from(["RFID_READER", "RESERVABLE", "UNLOCK_CAPABLE"]), unique=True).map(tuple)),
        physical_reference=draw(st.none() | st.sampled_from(["1", "P-12"])),
        floor_level=draw(st.none() | st.sampled_from(["-1", "0", "12"])),
        connectors=draw(st.lists(_connectors(), min_size=1, max_size=2).map(tuple)),
        last_updated=draw(moments),
    )


locations = st.builds(
    Location,
    party=st.just(OPERATOR),
    id=ids,
    name=st.none() | texts,
    address=texts,
    city=texts,
    postal_code=st.none() | st.sampled_from(["3511 ED", "10115"]),
    country=st.sampled_from(["NLD", "DEU", "USA"]),
    coordinates=coordinates,
    time_zone=st.sampled_from(["Europe/Amsterdam", "America/Chicago"]),
    operator_name=st.none() | texts,
    publish=st.just(True),
    evses=st.lists(_evses(), max_size=2).map(tuple),
    last_updated=moments,
)

token_refs = ids.map(lambda contract: TokenRef(contract, "UNKNOWN", contract))
volumes = st.builds(Volume, st.sampled_from(["ENERGY", "TIME", "PARKING_TIME", "FLAT", "MAX_CURRENT"]), quantities)
periods = st.lists(
    st.builds(ChargingPeriod, moments, st.lists(volumes, min_size=1, max_size=3).map(tuple), st.none()), min_size=1, max_size=4
).map(tuple)
costs = st.builds(Amount, amounts, st.none(), st.none())

sessions = st.builds(
    Session,
    party=st.just(OPERATOR),
    id=ids,
    status=st.sampled_from(sorted(set(SessionStatus) - {SessionStatus.RESERVATION})),
    start=moments,
    end=st.none() | moments,
    kwh=quantities,
    token=token_refs,
    auth_method=st.sampled_from(["AUTH_REQUEST", "WHITELIST"]),
    authorization_reference=st.none(),
    location_id=ids,
    evse_uid=ids,
    connector_id=ids | st.just("#NA"),
    currency=currencies,
    periods=st.just(()) | periods,
    total_cost=st.none() | costs,
    last_updated=moments,
)

places = st.builds(
    CdrPlace,
    location_id=ids,
    evse_uid=ids,
    evse_id=st.none() | ids,
    connector_id=ids,
    country=st.sampled_from(["NLD", "DEU"]),
    address=texts,
    city=texts,
    name=st.none() | texts,
    postal_code=st.none() | st.sampled_from(["3511 ED", "10115"]),
    coordinates=st.none() | coordinates,
    connector_standard=st.sampled_from([None, "IEC_62196_T2"]),
    connector_format=st.sampled_from([None, "CABLE"]),
    connector_power_type=st.sampled_from([None, "DC"]),
)

cdrs = st.builds(
    Cdr,
    party=st.just(OPERATOR),
    id=ids,
    start=moments,
    end=moments,
    session_id=st.none(),
    token=token_refs,
    auth_method=st.sampled_from(["AUTH_REQUEST", "WHITELIST"]),
    authorization_reference=st.none(),
    place=places,
    currency=currencies,
    tariffs=st.lists(tariffs, max_size=2).map(tuple),
    periods=periods,
    total_cost=costs,
    total_energy=quantities,
    total_time=quantities,
    total_parking_time=st.none() | quantities,
    credit=st.just(False),
    credit_reference_id=st.none(),
    home_charging_compensation=st.just(False),
    last_updated=moments,
    total_fixed_cost=st.none(),
    total_energy_cost=st.none(),
    total_time_cost=st.none(),
    total_parking_cost=st.none(),
    total_reservation_cost=st.none(),
    invoice_reference_id=st.none(),
    meter_id=st.none() | ids,
    remark=st.none() | texts,
)
