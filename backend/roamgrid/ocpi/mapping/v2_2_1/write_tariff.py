"""Tariff: canonical to wire (OCPI 2.2.1, Tariffs module). Prices of 2.2.1 are without VAT; none is converted by guess."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, time

from roamgrid.canonical.tariff import PriceComponent, PriceLimit, Restrictions, Tariff, TariffElement, TaxIncluded
from roamgrid.ocpi.mapping.v2_2_1.money import write_limit
from roamgrid.ocpi.mapping.v2_2_1.present import present
from roamgrid.ocpi.speech import Document, Loss, Losses, Unsayable, Ways
from roamgrid.ocpi.wire.common.moments import write_moment

_WEEKDAYS: Mapping[int, str] = dict(
    enumerate(("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"), start=1)
)


def write_tariff(value: Tariff, ways: Ways, losses: Losses) -> Document:
    """Raises `Unsayable` for prices that include tax: here they would be read as net ones.

    That no tax applies is said by leaving `vat` out.
    """
    if value.tax_included is TaxIncluded.YES:
        raise Unsayable(f"tariff {value.id}: prices with tax cannot be said here", field="/elements")
    if value.tax_included is TaxIncluded.NA:
        losses.append(Loss("/tax_included", value.tax_included.value))
    return write_tariff_of(without_bookings(value, losses), write_limit)


def without_bookings(value: Tariff, losses: Losses) -> Tariff:
    """Elements that price a booking (2.3.0) would be read as prices of the charge here: they are left out and named.

    Raises `Unsayable` when nothing else is priced.
    """
    priced = [(element, (element.restrictions or Restrictions()).booking) for element in value.elements]
    losses += [Loss("/elements/*/restrictions/booking", booking.value) for _, booking in priced if booking]
    elements = tuple(element for element, booking in priced if booking is None)
    if value.elements and not elements:
        raise Unsayable(f"tariff {value.id}: it prices bookings only", field="/elements/*/restrictions/booking")
    return replace(value, elements=elements)


def write_tariff_of(value: Tariff, limit: Callable[[PriceLimit], Document]) -> Document:
    """A tariff of any version that is built alike; `limit` writes what the version calls a floor or a ceiling."""
    return present(
        country_code=value.party.country_code,
        party_id=value.party.party_id,
        id=value.id,
        currency=value.currency,
        type=value.type,
        tariff_alt_text=[] if value.text is None else [{"language": "en", "text": value.text}],
        min_price=None if value.min_price is None else limit(value.min_price),
        max_price=None if value.max_price is None else limit(value.max_price),
        start_date_time=_moment(value.valid_from),
        end_date_time=_moment(value.valid_to),
        last_updated=write_moment(value.last_updated),
    ) | {"elements": [_element(element) for element in value.elements]}


def _element(value: TariffElement) -> Document:
    document: Document = {"price_components": [_component(component) for component in value.components]}
    if value.restrictions is not None:
        document["restrictions"] = _restrictions(value.restrictions)
    return document


def _component(value: PriceComponent) -> Document:
    return present(type=value.dimension.value, price=value.price, vat=value.vat_percent, step_size=value.step_size)


def _restrictions(value: Restrictions) -> Document:
    return present(
        start_time=_time(value.start_time),
        end_time=_time(value.end_time),
        start_date=None if value.start_date is None else value.start_date.isoformat(),
        end_date=None if value.end_date is None else value.end_date.isoformat(),
        min_kwh=value.min_kwh,
        max_kwh=value.max_kwh,
        min_current=value.min_current,
        max_current=value.max_current,
        min_power=value.min_power,
        max_power=value.max_power,
        min_duration=value.min_duration,
        max_duration=value.max_duration,
        day_of_week=[_WEEKDAYS[day] for day in sorted(value.weekdays)],
        reservation=None if value.reservation is None else value.reservation.value,
    )


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else write_moment(moment)


def _time(moment: time | None) -> str | None:
    return None if moment is None else moment.strftime("%H:%M")
