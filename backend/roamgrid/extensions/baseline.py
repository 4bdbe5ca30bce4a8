"""The display before any jurisdiction has spoken: every component as offered, in plain English."""

from roamgrid.extensions.amounts import display_component
from roamgrid.extensions.points import PriceDisplayRequest, PriceDisplayResult
from roamgrid.extensions.prices import PriceUnknown
from roamgrid.extensions.wording import ENGLISH, worded


def baseline(request: PriceDisplayRequest) -> PriceDisplayResult:
    """Components in the order offered, times per hour, tax included where its rate is known."""
    if isinstance(request.price, PriceUnknown):
        return PriceDisplayResult(request.price, text=ENGLISH.price_unknown)
    fallback = None if request.tax is None else request.tax.percent
    shown = (display_component(offered, request.currency, tax_percent=fallback) for offered in request.price)
    return PriceDisplayResult(tuple(worded(component, ENGLISH, request.time_zone) for component in shown))
