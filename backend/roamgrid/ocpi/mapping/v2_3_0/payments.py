"""Terminals and captures, both ways (OCPI 2.3.0, Payments module)."""

from typing import TypeVar

from roamgrid.ocpi.mapping.instants import NEVER
from roamgrid.ocpi.mapping.places import coordinates_of
from roamgrid.ocpi.mapping.v2_2_1.money import currency_of
from roamgrid.ocpi.mapping.v2_2_1.write_location import write_coordinates
from roamgrid.ocpi.mapping.v2_3_0.alike import as_document, as_value
from roamgrid.ocpi.mapping.v2_3_0.money import amount, write_amount
from roamgrid.ocpi.payments import FinancialAdvice, Terminal
from roamgrid.ocpi.speech import Document, Losses, Ways
from roamgrid.ocpi.wire.v2_2_1.types import Price as OldPrice
from roamgrid.ocpi.wire.v2_3_0 import payments as wire
from roamgrid.ocpi.wire.v2_3_0.types import Price

P = TypeVar("P", Price, OldPrice)


def terminal(read: wire.Terminal | wire.TerminalActivation) -> Terminal:
    """Raises `Refused` for coordinates that are none."""
    place = read.coordinates
    return as_value(read, Terminal, coordinates=None if place is None else coordinates_of(place.latitude, place.longitude))


def write_terminal(value: Terminal, ways: Ways, losses: Losses) -> Document:
    """Also as the body that asks for one."""
    place = value.coordinates
    return as_document(value, coordinates=None if place is None else write_coordinates(place, losses))


def advice(read: wire.FinancialAdviceConfirmationOf[P]) -> FinancialAdvice:
    """Raises `Refused` for a currency that ISO 4217 does not list."""
    return as_value(
        read,
        FinancialAdvice,
        total_costs=amount(read.total_costs),
        currency=currency_of(read.currency),
        last_updated=read.last_updated or NEVER,
    )


def write_advice(value: FinancialAdvice, ways: Ways, losses: Losses) -> Document:
    """What became of a capture."""
    return as_document(value, total_costs=write_amount(value.total_costs, "/total_costs", losses))
