"""Every canonical value can be stored as text and is the same afterwards."""

from dataclasses import replace
from datetime import date, time
from decimal import Decimal

import pytest

from roamgrid.canonical.cdr import Cdr
from roamgrid.canonical.location import Location
from roamgrid.canonical.party import PartyId
from roamgrid.canonical.session import Amount, Session
from roamgrid.canonical.tariff import PriceLimit, ReservationRestriction, Restrictions, Tariff, TaxIncluded
from roamgrid.kernel import json
from tests import builders

RESTRICTIONS = Restrictions(
    start_time=time(22, 30),
    end_time=time(6),
    start_date=date(2026, 1, 1),
    end_date=date(2027, 1, 1),
    min_kwh=Decimal("0.5"),
    max_power=Decimal(50),
    max_duration=3600,
    weekdays=frozenset({6, 7}),
    reservation=ReservationRestriction.RESERVATION,
)
FULL_TARIFF = builders.tariff(
    elements=(replace(builders.tariff().elements[0], restrictions=RESTRICTIONS),),
    min_price=PriceLimit(Decimal("0.50"), None),
    max_price=PriceLimit(None, Decimal("99.99")),
    tax_included=TaxIncluded.NA,
)


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (builders.location("A", builders.evse("1"), builders.evse("2")), Location),
        (builders.tariff(), Tariff),
        (FULL_TARIFF, Tariff),
        (builders.session(total_cost=Amount(Decimal("1.10"), Decimal("1.33"))), Session),
        (builders.cdr(tariffs=(FULL_TARIFF,)), Cdr),
    ],
)
def test_a_value_is_the_same_after_storage(value: object, kind: type) -> None:
    assert json.decode(json.encode(value), kind) == value


def test_party_ids_compare_without_case_because_they_are_made_upper() -> None:
    assert PartyId.of("nl", "grf") == builders.OPERATOR
    assert str(builders.OPERATOR) == "NL*GRF"
