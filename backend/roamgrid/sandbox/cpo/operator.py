"""Running charges: from the plugged cable to the acknowledged CDR."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from time import monotonic
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from roamgrid.sandbox.cpo.cdr import cdr_json, with_wrong_total
from roamgrid.sandbox.cpo.charge import JOULES_PER_KWH, Charge
from roamgrid.sandbox.cpo.network import Network, Place
from roamgrid.sandbox.cpo.options import Knobs
from roamgrid.sandbox.cpo.power import connector_volts, connector_watts
from roamgrid.sandbox.cpo.records import KeptCdr, Records
from roamgrid.sandbox.cpo.reservations import Reservation, Reservations
from roamgrid.sandbox.cpo.session import Authorisation, Session
from roamgrid.sandbox.cpo.session_feed import SessionFeed
from roamgrid.sandbox.cpo.tariff import Tariff, parse_tariff
from roamgrid.sandbox.faults import Dice
from roamgrid.sandbox.ocpi.connections import Connection, Connections
from roamgrid.sandbox.ocpi.instants import Stamps, written
from roamgrid.sandbox.ocpi.peer import joined, routing
from roamgrid.sandbox.ocpi.pushes import Push, Pushes
from roamgrid.sandbox.ocpi.quirks import Quirk
from roamgrid.sandbox.ocpi.shapes.shape import Owner
from roamgrid.sandbox.ocpi.voice import Voice

Json = dict[str, Any]
OUT_OF_ORDER = {"BLOCKED", "INOPERATIVE", "OUTOFORDER", "PLANNED", "REMOVED"}
TAKEN = {"CHARGING", "RESERVED"}
logger = logging.getLogger(__name__)


class Operator:
    """Owns the sessions of this process and the EVSEs that they occupy."""

    def __init__(
        self,
        *,
        network: Network,
        connections: Connections,
        pushes: Pushes,
        records: Records,
        knobs: Callable[[], Knobs],
        dice: Dice,
        stamps: Stamps,
        voice: Voice,
        speaker: Callable[[Owner], Owner],
    ) -> None:
        self._network = network
        self._connections = connections
        self._pushes = pushes
        self._records = records
        self._knobs = knobs
        self._dice = dice
        self._stamps = stamps
        self._voice = voice
        self._speaker = speaker
        self.reservations = Reservations()
        self._occupied: set[tuple[str, str, str, str]] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    def obstacle(self, place: Place, authorisation: Authorisation | None = None) -> tuple[str, str] | None:
        """Why no charge can start here now: an OCPI CommandResultType and a sentence.

        A reservation is in everybody's way but that of the driver it is for.
        """
        if held := self.reservations.at(place):
            return None if _same_driver(held.authorisation, authorisation) else ("EVSE_OCCUPIED", "reserved for another driver")
        status = place.evse.get("status", "UNKNOWN")
        if place.evse_key in self._occupied or status in TAKEN:
            return "EVSE_OCCUPIED", "another car charges here"
        if status in OUT_OF_ORDER:
            return "EVSE_INOPERATIVE", f"the EVSE is {status}"
        return None

    def occupy(self, place: Place) -> None:
        """From now on the EVSE is taken; a reservation of it has served its purpose."""
        if held := self.reservations.at(place):
            self.reservations.drop(held)
        self._occupied.add(place.evse_key)

    def reserve(self, reservation: Reservation) -> None:
        """Keep an EVSE for a driver until the reservation ends."""
        if left := self.reservations.keep(reservation):
            self._publish_status(left.place, "AVAILABLE")
        self._publish_status(reservation.place, "RESERVED")
        self.in_background(self._expire(reservation))

    def release(self, reservation: Reservation) -> None:
        """Nobody waits for this driver any more."""
        if self.reservations.drop(reservation):
            self._publish_status(reservation.place, "AVAILABLE")

    async def _expire(self, reservation: Reservation) -> None:
        await asyncio.sleep(max(0.0, (reservation.expires - datetime.now(UTC)).total_seconds()))
        self.release(reservation)

    def begin(self, place: Place, authorisation: Authorisation) -> Session:
        """Occupy the EVSE and let the charge run in the background."""
        self.occupy(place)
        session = self._new_session(place, authorisation)
        self._records.keep_session(session)
        self.in_background(self._run(session))
        return session

    def in_background(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            logger.error("a charge broke off", exc_info=error)

    async def shut_down(self) -> None:
        """Abandon everything that runs."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _new_session(self, place: Place, authorisation: Authorisation) -> Session:
        knobs, now = self._knobs(), datetime.now(UTC).replace(microsecond=0)
        tariff_json = self._agreed_tariff(place, authorisation, now)
        tariff = _readable(tariff_json)
        watts = connector_watts(place.connector)
        charge = Charge(
            start=now,
            zone=_zone(place.location.get("time_zone")),
            max_watts=min(watts, int(knobs.power_kw * 1000)) if knobs.power_kw else watts,
            volts=connector_volts(place.connector),
            tariff=tariff,
            need_joules=_joules(knobs.car_needs_kwh),
            unplug_joules=_joules(knobs.stop_after_kwh) if knobs.stop_after_kwh else None,
        )
        return Session(str(uuid4()), place, tariff_json if tariff else None, authorisation, charge, updated=self._stamps.next())

    def _agreed_tariff(self, place: Place, authorisation: Authorisation, at: datetime) -> Json | None:
        """The tariff as far as the provider could read it in the version that it speaks."""
        published = self._network.tariff_for(place, at)
        connection = self._connections.by_id(authorisation.connection)
        return connection.shape.terms(published) if connection and published else published

    async def _run(self, session: Session) -> None:
        connection = self._connections.by_id(session.authorisation.connection)
        if connection is None:
            self._occupied.discard(session.place.evse_key)
            return
        feed = SessionFeed(session, connection, self._pushes, self._voice)
        await self._wait_for_cable(session, feed)
        self._publish_status(session.place, "CHARGING")
        await self._charge(session, feed)
        session.status, session.updated = "COMPLETED", self._stamps.next()
        self._records.refresh_session(session)
        self._occupied.discard(session.place.evse_key)
        self._publish_status(session.place, "AVAILABLE")
        await feed.finish()
        await self._bill(session, connection)

    async def _wait_for_cable(self, session: Session, feed: SessionFeed) -> None:
        if delay := self._knobs().plug_delay:
            await feed.update(self._knobs())
            await _set_within(session.stop, delay)
        session.charge.start = datetime.now(UTC).replace(microsecond=0)

    async def _charge(self, session: Session, feed: SessionFeed) -> None:
        session.status = "ACTIVE"
        virtual, real = 0.0, monotonic()
        while True:
            session.updated = self._stamps.next()
            self._records.refresh_session(session)
            await feed.update(self._knobs())
            stopped = await _set_within(session.stop, self._knobs().tick)
            now = monotonic()
            session.obey_profile()
            virtual, real = virtual + (now - real) * self._knobs().speed, now
            session.charge.advance(max(1, int(virtual)))
            if stopped or session.charge.unplugged:
                return

    async def _bill(self, session: Session, connection: Connection) -> None:
        """A CDR is posted until the peer has acknowledged it; one that nobody takes by push can be pulled."""
        cdr = cdr_json(session, str(uuid4()))
        if self._dice.falls("wrong_total", self._knobs().wrong_totals):
            cdr = with_wrong_total(cdr)
        kept = self._records.keep_cdr(cdr, session.place, connection.id)
        if push := cdr_push(kept, connection, self._voice):
            await self._pushes.stubbornly(push, tries=None)

    def _publish_status(self, place: Place, status: str) -> None:
        """EVSE status goes to every peer that receives locations, beside the session and not in its way."""
        at = self._stamps.next()
        self._network.set_status(place, status, at, moves_location=not self._voice.has(Quirk.STALE_LOCATION_DATE))
        body = self._voice.status({"status": status, "last_updated": written(at)})
        for connection in self._connections.registered():
            endpoint = connection.endpoint("locations", "RECEIVER")
            if endpoint and connection.party in (None, place.owner):
                url = joined(endpoint, *place.owner, place.location["id"], place.evse["uid"])
                push = Push(connection, "status", "PATCH", url, body, routing(self._speaker(place.owner), connection))
                self.in_background(self._send_status(push))

    async def _send_status(self, push: Push) -> None:
        await self._pushes.stubbornly(push)


def cdr_push(kept: KeptCdr, connection: Connection, voice: Voice) -> Push | None:
    """The POST of a CDR; None where the peer receives none."""
    endpoint = connection.endpoint("cdrs", "RECEIVER")
    if endpoint is None:
        return None
    cdr = kept.cdr
    sender = (cdr["country_code"], cdr["party_id"])
    receiver = (cdr["cdr_token"]["country_code"], cdr["cdr_token"]["party_id"])
    url = joined(endpoint, *sender) if voice.has(Quirk.CDR_POSTED_WITH_OWNER_PATH) else endpoint
    body = voice.cdr(cdr, kept.location, connection.shape)
    return Push(connection, "cdr", "POST", url, body, routing(sender, connection, receiver))


def _same_driver(one: Authorisation, other: Authorisation | None) -> bool:
    return other is not None and (one.connection, one.token["uid"]) == (other.connection, other.token["uid"])


async def _set_within(event: asyncio.Event, seconds: float) -> bool:
    """Whether the event was set before the time was over."""
    try:
        await asyncio.wait_for(event.wait(), seconds)
    except TimeoutError:
        return False
    return True


def _readable(tariff: Json | None) -> Tariff | None:
    """A tariff that makes no sense is no tariff: the price is unknown then."""
    try:
        return parse_tariff(tariff) if tariff else None
    except (KeyError, ValueError, TypeError, InvalidOperation):
        return None


def _zone(name: str | None) -> ZoneInfo:
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def _joules(kwh: Decimal) -> int:
    return int(kwh * JOULES_PER_KWH)
