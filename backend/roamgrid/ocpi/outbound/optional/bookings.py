"""Bookings with operators (OCPI 2.3.0, Bookings module 1.1, Sender interface)."""

from dataclasses import dataclass

from roamgrid.canonical.party import PartyId, SourceId
from roamgrid.core.commands.errors import PartnerUnavailable
from roamgrid.core.exchanged import service as exchanged
from roamgrid.core.exchanged.models import ExchangedKey, ExchangedKind
from roamgrid.ocpi import kinds
from roamgrid.ocpi.bookings import Booking, BookingLocation, BookingRequest
from roamgrid.ocpi.connections import deviations
from roamgrid.ocpi.connections.model import InterfaceRole
from roamgrid.ocpi.outbound.optional.exchange import BOOKINGS, Exchange, Pulled
from roamgrid.ocpi.received import received
from roamgrid.ocpi.wire.common.deviations import Refused
from roamgrid.tenancy.context import TenantContext


@dataclass(frozen=True, slots=True)
class BookingDesk:
    """All raise `PartnerUnavailable` or `PartnerRefused`."""

    exchange: Exchange

    async def book(self, ctx: TenantContext, source: SourceId, operator: PartyId, request: BookingRequest) -> Booking:
        """Ask an operator for a booking, for a change of one (the same `request_id` again), or for its end."""
        connection, adapter, endpoint = await self.exchange.reach(ctx, source, BOOKINGS, InterfaceRole.SENDER, operator)
        body = adapter.write(kinds.BOOKING_REQUEST, request).document
        raw = await self.exchange.call(ctx, connection, adapter, "POST", endpoint, (), body, operator, request.party)
        try:
            read = adapter.read(kinds.BOOKING, raw or b"null", operator)
        except Refused as problem:
            raise PartnerUnavailable(f"{connection.name} answered with no booking: {problem.message}") from None
        key = ExchangedKey(ExchangedKind.BOOKING, source, read.value.party, read.value.id)
        async with self.exchange.deferred.database.work(ctx) as work:
            await deviations.record(work, source, BOOKINGS, read.deviations)
            await exchanged.put(work, key, received(adapter, read, raw or b"null"), read.value.last_updated)
        return read.value

    async def pull(self, ctx: TenantContext, source: SourceId) -> tuple[Pulled, Pulled]:
        """What can be booked, and our bookings."""

        def of_location(value: BookingLocation) -> tuple[PartyId | None, str]:
            return value.party, value.id

        def of_booking(value: Booking) -> tuple[PartyId | None, str]:
            return value.party, value.id

        places = await self.exchange.pull(
            ctx, source, BOOKINGS, ("booking_locations",), kinds.BOOKING_LOCATION, ExchangedKind.BOOKING_LOCATION, of_location
        )
        return places, await self.exchange.pull(ctx, source, BOOKINGS, (), kinds.BOOKING, ExchangedKind.BOOKING, of_booking)
