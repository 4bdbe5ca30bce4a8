"""Canonical values of every shape that 2.3.0 can say."""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from functools import cache
from typing import Any, get_args, get_origin, get_type_hints

from hypothesis import strategies as st

from roamgrid.canonical.cdr import Cdr, CdrPlace
from roamgrid.canonical.location import Connector, Coordinates, Evse, EvseStatus, Location
from roamgrid.canonical.money import CurrencyCode
from roamgrid.canonical.party import Party, PartyId, Role
from roamgrid.canonical.session import Amount, ChargingPeriod, Session, SessionStatus, Tax, Volume
from roamgrid.canonical.tariff import (
    BookingRestriction,
    Dimension,
    PriceComponent,
    PriceLimit,
    ReservationRestriction,
    Restrictions,
    Tariff,
    TariffElement,
    TaxIncluded,
)
from roamgrid.canonical.token import Token, TokenRef, TokenType, Whitelist
from roamgrid.ocpi.values import Credentials

numbers = st.decimals(min_value=-9999, max_value=9999, places=4)
positive = st.decimals(min_value=0, max_value=9999, places=4)
names = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=36)
moments = st.integers(1_500_000_000, 2_000_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
owners = st.builds(PartyId, st.sampled_from(["NL", "DE"]), st.sampled_from(["GRF", "VLT"]))
currencies = st.sampled_from([CurrencyCode("EUR"), CurrencyCode("CAD")])


@st.composite
def amounts(draw: st.DrawFn) -> Amount:
    """Gross is known where taxes are itemised."""
    net = draw(numbers)
    taxes = tuple(draw(st.lists(st.builds(Tax, names, numbers, st.none() | positive, st.none() | names), max_size=3)))
    return Amount(net, sum((tax.amount for tax in taxes), net) if taxes else None, taxes)


times = st.builds(time, st.integers(0, 23), st.integers(0, 59))
days = st.dates(date(2020, 1, 1), date(2030, 1, 1))
seconds = st.integers(0, 86_400)
restrictions = st.builds(
    Restrictions,
    start_time=st.none() | times,
    end_time=st.none() | times,
    start_date=st.none() | days,
    end_date=st.none() | days,
    min_kwh=st.none() | positive,
    max_kwh=st.none() | positive,
    min_current=st.none() | positive,
    max_current=st.none() | positive,
    min_power=st.none() | positive,
    max_power=st.none() | positive,
    min_duration=st.none() | seconds,
    max_duration=st.none() | seconds,
    weekdays=st.frozensets(st.integers(1, 7)),
    reservation=st.none() | st.sampled_from(ReservationRestriction),
    booking=st.none() | st.sampled_from(BookingRestriction),
)
components = st.builds(PriceComponent, st.sampled_from(Dimension), numbers, st.none() | positive, st.integers(0, 3600))
limits = st.builds(PriceLimit, positive, st.none() | positive)
tariffs = st.builds(
    Tariff,
    party=owners,
    id=names,
    currency=currencies,
    elements=st.lists(
        st.builds(TariffElement, st.lists(components, min_size=1, max_size=3).map(tuple), st.none() | restrictions),
        min_size=1,
        max_size=3,
    ).map(tuple),
    tax_included=st.sampled_from(TaxIncluded),
    min_price=st.none() | limits,
    max_price=st.none() | limits,
    type=st.none() | st.sampled_from(["REGULAR", "AD_HOC_PAYMENT"]),
    valid_from=st.none() | moments,
    valid_to=st.none() | moments,
    text=st.none() | names,
    last_updated=moments,
)

token_refs = st.builds(TokenRef, names, st.sampled_from(["RFID", "EMAID", "FACE"]), names, owners)
dimensions = st.sampled_from(["ENERGY", "TIME", "RESERVATION_EXPIRES"])
periods = st.lists(
    st.builds(
        ChargingPeriod,
        moments,
        st.lists(st.builds(Volume, dimensions, numbers), min_size=1, max_size=3).map(tuple),
        st.none() | names,
    ),
    min_size=1,
    max_size=4,
).map(tuple)
sessions = st.builds(
    Session,
    party=owners,
    id=names,
    status=st.sampled_from(SessionStatus),
    start=moments,
    end=st.none() | moments,
    kwh=positive,
    token=token_refs,
    auth_method=st.sampled_from(["WHITELIST", "COMMAND"]),
    authorization_reference=st.none() | names,
    location_id=names,
    evse_uid=names,
    connector_id=names,
    currency=currencies,
    periods=periods,
    total_cost=st.none() | amounts(),
    last_updated=moments,
)
places = st.builds(
    CdrPlace,
    location_id=names,
    evse_uid=names,
    evse_id=st.none() | st.just("NL*GRF*E1"),
    connector_id=names,
    country=st.sampled_from(["NLD", "DEU"]),
    address=names,
    city=names,
    name=st.none() | names,
    postal_code=st.none() | st.just("3511 ED"),
    coordinates=st.builds(Coordinates, st.just(Decimal("52.09073")), st.just(Decimal("5.1214201"))),
    connector_standard=st.sampled_from(["IEC_62196_T2", "MCS", "ROCKET"]),
    connector_format=st.just("CABLE"),
    connector_power_type=st.just("DC"),
)
cdrs = st.builds(
    Cdr,
    party=owners,
    id=names,
    start=moments,
    end=moments,
    session_id=st.none() | names,
    token=token_refs,
    auth_method=st.just("WHITELIST"),
    authorization_reference=st.none() | names,
    place=places,
    currency=currencies,
    tariffs=st.lists(tariffs, max_size=2).map(tuple),
    periods=periods,
    total_cost=amounts(),
    total_energy=positive,
    total_time=positive,
    total_parking_time=st.none() | positive,
    credit=st.booleans(),
    credit_reference_id=st.none() | names,
    home_charging_compensation=st.booleans(),
    last_updated=moments,
    total_fixed_cost=st.none() | amounts(),
    total_energy_cost=st.none() | amounts(),
    total_time_cost=st.none() | amounts(),
    total_parking_cost=st.none() | amounts(),
    total_reservation_cost=st.none() | amounts(),
    invoice_reference_id=st.none() | names,
    meter_id=st.none() | names,
    remark=st.none() | names,
)
coordinates = st.builds(
    Coordinates,
    st.decimals(min_value=-90, max_value=90, places=6),
    st.decimals(min_value=-180, max_value=180, places=6),
)
connectors = st.builds(
    Connector,
    id=names,
    standard=st.sampled_from(["MCS", "ROCKET"]),
    format=st.just("CABLE"),
    power_type=st.just("DC"),
    max_voltage_v=st.integers(0, 1000),
    max_amperage_a=st.integers(0, 1000),
    max_power_w=st.integers(1_000, 1_000_000),
    power_is_derived=st.just(False),
    tariff_ids=st.lists(names, max_size=2).map(tuple),
    last_updated=moments,
)
evses = st.builds(
    Evse,
    uid=names,
    evse_id=st.just("NL*GRF*E1"),
    evse_key=st.just("nlgrfe1"),
    status=st.sampled_from(EvseStatus),
    capabilities=st.lists(st.sampled_from(["RFID_READER", "HUG_GIVER"]), max_size=2).map(tuple),
    physical_reference=st.none() | st.just("P3"),
    floor_level=st.none() | st.just("-2"),
    connectors=st.lists(connectors, min_size=1, max_size=2).map(tuple),
    last_updated=moments,
)
locations = st.builds(
    Location,
    party=owners,
    id=names,
    name=st.none() | names,
    address=names,
    city=names,
    postal_code=st.none() | st.just("3511 ED"),
    country=st.sampled_from(["NLD", "DEU"]),
    coordinates=coordinates,
    time_zone=st.just("Europe/Amsterdam"),
    operator_name=st.none() | names,
    publish=st.booleans(),
    evses=st.lists(evses, max_size=2).map(tuple),
    last_updated=moments,
)
tokens = st.builds(
    Token,
    party=owners,
    uid=names,
    type=st.sampled_from(TokenType),
    contract_id=names,
    issuer=names,
    valid=st.booleans(),
    whitelist=st.sampled_from(Whitelist),
    last_updated=moments,
    visual_number=st.none() | names,
    group_id=st.none() | names,
    language=st.none() | st.sampled_from(["en", "nl"]),
)
parties = st.builds(Party, owners, st.sampled_from([role for role in Role if role is not Role.HUB]), names, st.none() | names)
credentials = st.builds(Credentials, names, names, st.lists(parties, min_size=1, max_size=3).map(tuple), st.none() | owners)


@cache
def of(declared: Any) -> st.SearchStrategy[Any]:
    """Values of a dataclass in any filling, going by its types."""
    return st.builds(declared, **{name: _of(hint) for name, hint in get_type_hints(declared).items()})


def _of(hint: Any) -> st.SearchStrategy[Any]:
    if get_origin(hint) is tuple:
        return st.lists(_of(get_args(hint)[0]), max_size=2).map(tuple)
    if type(None) in get_args(hint):
        return st.none() | _of(next(part for part in get_args(hint) if part is not type(None)))
    return _LEAVES[hint] if hint in _LEAVES else of(hint)


_LEAVES: dict[Any, st.SearchStrategy[Any]] = {
    str: names,
    Decimal: positive,
    datetime: moments,
    bool: st.booleans(),
    int: st.integers(0, 1000),
    PartyId: owners,
}
