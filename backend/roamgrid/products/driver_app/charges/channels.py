"""Over which channels a charge may be started or stopped: those that reach the same connector for the same price (D9)."""

from collections.abc import Sequence
from itertools import chain

from roamgrid.canonical.party import SourceId
from roamgrid.canonical.tariff import Tariff
from roamgrid.core.commands import repository as commands
from roamgrid.core.locations import service as locations
from roamgrid.core.locations.models import ConnectorTarget
from roamgrid.core.parties import standing
from roamgrid.core.sessions.models import SessionRow
from roamgrid.core.tariffs import service as tariffs
from roamgrid.products.driver_app.charges.errors import ConnectorGone
from roamgrid.products.driver_app.charges.models import Charge
from roamgrid.products.driver_app.offers.models import ConnectorName, SealedOffer
from roamgrid.products.driver_app.offers.service import holds
from roamgrid.tenancy.database import Work


async def to_start(work: Work, offer: SealedOffer) -> list[ConnectorTarget]:
    """The channels over which the offer may be taken, best first. Raises `ConnectorGone`.

    The one that the offer was made for comes first while it can be reached, whatever is better by now. Another one is good
    only for the same price: the driver pays what was offered, and the operator must not ask for something else.
    """
    known = await locations.channels(work, offer.connector)
    offered = next((target for target in known if ConnectorName.of(target) == offer.name), None)
    if offered is None:
        raise ConnectorGone("the operator removed this connector", field="offerId")
    others = [target for target in known if target is not offered and target.reachable]
    same = await _of_same_price(work, offer, others) if others else []
    return [offered, *same] if offered.reachable else [*same, offered]


async def to_stop(work: Work, charge: Charge, session: SessionRow) -> list[SourceId]:
    """The sources that can stop it, best first: the one that started it, the one that reports it, others of its operator."""
    command = await commands.get(work, charge.progress.command) if charge.progress.command else None
    asked = [command.source] if command is not None else []
    sources = list(dict.fromkeys(chain(asked, [session.source], await standing.reaching(work, session.party))))
    known = await standing.standings(work, sources)
    return sorted(sources, key=lambda source: source in known and not known[source].reachable)


async def _of_same_price(work: Work, offer: SealedOffer, targets: Sequence[ConnectorTarget]) -> list[ConnectorTarget]:
    if offer.versions.tariff is None:
        return list(targets)
    pinned = await tariffs.version(work, offer.versions.tariff)
    if pinned is None:
        return []
    keys = [(target.source, target.party, tariff_id) for target in targets for tariff_id in target.tariff_ids]
    live = await tariffs.current_many(work, keys) if keys else {}
    now = work.ctx.clock.now()

    def asks(target: ConnectorTarget) -> Tariff | None:
        found = (live.get((target.source, target.party, tariff_id)) for tariff_id in target.tariff_ids)
        return next((version.tariff for version in found if version is not None and holds(version.tariff, now)), None)

    price = _price(pinned.tariff)
    return [target for target in targets if (asked := asks(target)) is not None and _price(asked) == price]


def _price(tariff: Tariff) -> tuple[object, ...]:
    """What is asked, without who says so, how it is called, and since when."""
    return tariff.currency, tariff.elements, tariff.tax_included, tariff.min_price, tariff.max_price
