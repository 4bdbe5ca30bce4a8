"""What can be booked, and what became of our bookings, from operators (OCPI 2.3.0, Bookings module 1.1, Receiver interface).

`/{country_code}/{party_id}/booking_locations/{id}[/{calendar_id}]` and `/{country_code}/{party_id}/{booking_id}`; the
chapter's own examples put `bookinglocations` in front instead.
"""

from dataclasses import dataclass

from roamgrid.canonical.party import PartyId
from roamgrid.core.exchanged.models import ExchangedKind
from roamgrid.kernel import json
from roamgrid.ocpi import kinds
from roamgrid.ocpi.bookings import Booking, BookingLocation
from roamgrid.ocpi.connections.model import InterfaceRole
from roamgrid.ocpi.inbound.answer import Answer, ok
from roamgrid.ocpi.inbound.errors import not_found
from roamgrid.ocpi.inbound.identity import require_same_id, require_same_party
from roamgrid.ocpi.inbound.merge import Document, document, find, lift, merged, patch_document, with_member
from roamgrid.ocpi.inbound.module import Module
from roamgrid.ocpi.inbound.optional import Shelf
from roamgrid.ocpi.inbound.request import Call, is_party
from roamgrid.tenancy.database import Database, Work

NAME = "bookings"
LOCATIONS: Shelf[BookingLocation] = Shelf(ExchangedKind.BOOKING_LOCATION, kinds.BOOKING_LOCATION, NAME)
BOOKINGS: Shelf[Booking] = Shelf(ExchangedKind.BOOKING, kinds.BOOKING, NAME)
_LOCATIONS = frozenset({"booking_locations", "bookinglocations"})
_CALENDARS = "calendars"


@dataclass(frozen=True, slots=True)
class Bookings:
    """Nothing is deleted: a booking that is no more has a status that says so."""

    database: Database

    def module(self) -> Module:
        methods = {"GET": self.get, "PUT": self.put, "PATCH": self.patch}
        handlers = {(method, depth): handler for method, handler in methods.items() for depth in (3, 4, 5)}
        return Module(NAME, InterfaceRole.RECEIVER, handlers, needs=kinds.BOOKING, switch=NAME)

    async def get(self, call: Call) -> Answer:
        place = _place(call)
        async with self.database.work(call.ctx) as work:
            if place.booking:
                return ok(await BOOKINGS.held(work, call, BOOKINGS.key(call, place.owner, place.id)))
            held = await LOCATIONS.held(work, call, LOCATIONS.key(call, place.owner, place.id))
        if place.calendar is None:
            return ok(held)
        return ok(json.dumps(_calendar(document(held), place.calendar)))

    async def put(self, call: Call) -> Answer:
        """A whole booking location or booking; a calendar replaces the one of that id within its location."""
        place = _place(call)
        async with self.database.work(call.ctx) as work:
            if place.calendar is not None:
                return await self._put_calendar(work, call, place, document(call.json()))
            inserted = await _store(work, call, place, call.json())
        return ok(http=201 if inserted else 200)

    async def patch(self, call: Call) -> Answer:
        """Must be dated. Of a calendar the timeslots are replaced as a list."""
        place = _place(call)
        async with self.database.work(call.ctx) as work:
            if place.calendar is not None:
                held = document(await LOCATIONS.held(work, call, LOCATIONS.key(call, place.owner, place.id)))
                patch = patch_document(call.json(), dated=True)
                return await self._put_calendar(work, call, place, merged(_calendar(held, place.calendar), patch, ()))
            if place.booking:
                _, body = await BOOKINGS.patched(work, call, BOOKINGS.key(call, place.owner, place.id))
            else:
                _, body = await LOCATIONS.patched(work, call, LOCATIONS.key(call, place.owner, place.id))
            await _store(work, call, place, body)
        return ok()

    async def _put_calendar(self, work: Work, call: Call, place: "_Place", calendar: Document) -> Answer:
        require_same_id("/id", place.calendar or "", calendar.get("id"))
        held = document(await LOCATIONS.held(work, call, LOCATIONS.key(call, place.owner, place.id)))
        body = json.dumps(lift(with_member(held, _CALENDARS, "id", calendar), calendar))
        await _store(work, call, place, body)
        return ok()


@dataclass(frozen=True, slots=True)
class _Place:
    owner: PartyId
    id: str
    booking: bool = False
    calendar: str | None = None


async def _store(work: Work, call: Call, place: _Place, body: bytes) -> bool:
    if place.booking:
        booking = BOOKINGS.read(call, body, place.owner)
        require_same_party(place.owner, booking.value.party)
        require_same_id("/id", place.id, booking.value.id)
        return (await BOOKINGS.store(work, call, BOOKINGS.key(call, place.owner, place.id), booking, body)).inserted
    location = LOCATIONS.read(call, body, place.owner)
    require_same_party(place.owner, location.value.party)
    require_same_id("/id", place.id, location.value.id)
    return (await LOCATIONS.store(work, call, LOCATIONS.key(call, place.owner, place.id), location, body)).inserted


def _calendar(location: Document, wanted: str) -> Document:
    found = find(location, _CALENDARS, "id", wanted)
    if found is None:
        raise not_found(f"calendar {wanted}")
    return found


def _place(call: Call) -> _Place:
    """Raises `OcpiError` 404."""
    rest = list(call.rest)
    if rest[0].casefold() in _LOCATIONS:
        rest = [rest[1], rest[2], rest[0], *rest[3:]]
    owner = PartyId.of(rest[0], rest[1])
    if not call.connection.may_own(owner) or not is_party(owner):
        raise not_found(f"party {owner}: it is not one of your roles")
    match rest[2:]:
        case [booking]:
            return _Place(owner, booking, booking=True)
        case [name, location] if name.casefold() in _LOCATIONS:
            return _Place(owner, location)
        case [name, location, calendar] if name.casefold() in _LOCATIONS:
            return _Place(owner, location, calendar=calendar)
    raise not_found(f"address {call.request.path}")
