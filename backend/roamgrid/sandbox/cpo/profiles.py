"""Charging profiles of running sessions, and charging preferences (OCPI 2.2.1 mod_charging_profiles, mod_sessions)."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec
from starlette.routing import Route

from roamgrid.sandbox.cpo.operator import Operator
from roamgrid.sandbox.cpo.options import Knobs
from roamgrid.sandbox.cpo.power import connector_phases
from roamgrid.sandbox.cpo.profile import read_profile
from roamgrid.sandbox.cpo.records import Records
from roamgrid.sandbox.cpo.results import Results, check_response_url
from roamgrid.sandbox.cpo.session import Session
from roamgrid.sandbox.ocpi.call import Call
from roamgrid.sandbox.ocpi.connections import Connection
from roamgrid.sandbox.ocpi.instants import written
from roamgrid.sandbox.ocpi.peer import joined, routing
from roamgrid.sandbox.ocpi.pushes import Push, Pushes
from roamgrid.sandbox.ocpi.surface import Surface
from roamgrid.sandbox.ocpi.wire import Envelope, OcpiError, ok, parsed

Json = dict[str, Any]


class _SetProfile(msgspec.Struct):
    charging_profile: Json
    response_url: str


class _Preferences(msgspec.Struct):
    profile_type: str
    departure_time: str | None = None
    energy_need: float | None = None


@dataclass(slots=True)
class Profiles:
    """GET, PUT and DELETE of `/{session_id}`; results follow on `response_url`, changes on the peer's own interface."""

    records: Records
    operator: Operator
    results: Results
    pushes: Pushes
    knobs: Callable[[], Knobs]

    def routes(self, surface: Surface) -> list[Route]:
        return [
            *surface.routes("chargingprofiles", "/{session_id}", {"GET": self.show, "PUT": self.put, "DELETE": self.clear}),
            *surface.routes("sessions", "/{session_id}/charging_preferences", {"PUT": self.prefer}),
        ]

    async def put(self, call: Call) -> Envelope:
        wanted = parsed(await call.request.body(), _SetProfile)
        check_response_url(wanted.response_url)
        session = self._session(call)
        refusal = _refusal(session)
        if session is None or refusal:
            return self._response(call, refusal or "UNKNOWN_SESSION")
        try:
            phases = connector_phases(session.place.connector)
            profile = read_profile(wanted.charging_profile, since=session.charge.seconds, phases=phases)
        except msgspec.ValidationError as error:
            raise OcpiError(2001, f"charging_profile: {error}") from error

        def act() -> None:
            session.profile = profile
            self._announce(call.peer, session)

        self._later(call.peer, session, wanted.response_url, {"result": "ACCEPTED"}, act)
        return self._response(call, "ACCEPTED")

    async def clear(self, call: Call) -> Envelope:
        url = _asked(call, "response_url")
        check_response_url(url)
        session = self._session(call)
        refusal = _refusal(session)
        if session is None or refusal:
            return self._response(call, refusal or "UNKNOWN_SESSION")

        def act() -> None:
            had, session.profile = session.profile, None
            if had:
                self._announce(call.peer, session)

        self._later(call.peer, session, url, {"result": "ACCEPTED" if session.profile else "UNKNOWN"}, act)
        return self._response(call, "ACCEPTED")

    async def show(self, call: Call) -> Envelope:
        url, duration = _asked(call, "response_url"), _asked(call, "duration")
        check_response_url(url)
        if not duration.isdigit():
            raise OcpiError(2001, f"duration: not a number of seconds: {duration}")
        session = self._session(call)
        refusal = _refusal(session)
        if session is None or refusal:
            return self._response(call, refusal or "UNKNOWN_SESSION")
        result = {"result": "ACCEPTED", "profile": active_profile(session, int(duration))}
        self._later(call.peer, session, url, result, lambda: None)
        return self._response(call, "ACCEPTED")

    async def prefer(self, call: Call) -> Envelope:
        """Cheap and green charging need to know how much time and energy there is to plan with."""
        wanted = parsed(await call.request.body(), _Preferences)
        session = self._session(call)
        if session is None:
            raise OcpiError.not_found("session")
        if "CHARGING_PREFERENCES_CAPABLE" not in (session.place.evse.get("capabilities") or []):
            raise OcpiError(2001, "this EVSE takes no charging preferences", http=404)
        return ok(_preference(wanted), party=session.place.owner)

    def _session(self, call: Call) -> Session | None:
        return self.records.running(call.request.path_params["session_id"], call.peer.id)

    def _response(self, call: Call, result: str) -> Envelope:
        return ok({"result": result, "timeout": 30})

    def _later(self, peer: Connection, session: Session, url: str, result: Json, act: Callable[[], None]) -> None:
        self.operator.in_background(self._report(peer, session, url, result, act))

    async def _report(self, peer: Connection, session: Session, url: str, result: Json, act: Callable[[], None]) -> None:
        await asyncio.sleep(self.knobs().command_result_delay)
        await self.results.tell_and(self.results.push(peer, session.place.owner, url, result), act)

    def _announce(self, peer: Connection, session: Session) -> None:
        """The peer's own interface hears of every change after the first profile."""
        if endpoint := peer.endpoint("chargingprofiles", "SENDER"):
            url = joined(endpoint, session.id)
            headers = routing(session.place.owner, peer)
            push = Push(peer, "profile", "PUT", url, active_profile(session), headers)
            self.operator.in_background(self._send(push))

    async def _send(self, push: Push) -> None:
        await self.pushes.stubbornly(push)


def active_profile(session: Session, duration: int | None = None) -> Json:
    """What the station will allow; without a profile that is all the connector can give."""
    most = [{"start_period": 0, "limit": session.charge.max_watts}]
    bare: Json = {"charging_rate_unit": "W", "charging_profile_period": most}
    profile = session.profile.document if session.profile else bare
    return {
        "start_date_time": written(session.charge.now),
        "charging_profile": profile | ({} if duration is None else {"duration": duration}),
    }


def _refusal(session: Session | None) -> str | None:
    capable = session is None or "CHARGING_PROFILE_CAPABLE" in (session.place.evse.get("capabilities") or [])
    return None if capable else "NOT_SUPPORTED"


def _preference(wanted: _Preferences) -> str:
    if wanted.profile_type not in ("CHEAP", "FAST", "GREEN", "REGULAR"):
        return "PROFILE_TYPE_NOT_SUPPORTED"
    if wanted.profile_type in ("FAST", "REGULAR"):
        return "ACCEPTED"
    if wanted.departure_time is None:
        return "DEPARTURE_REQUIRED"
    return "ENERGY_NEED_REQUIRED" if wanted.energy_need is None else "ACCEPTED"


def _asked(call: Call, name: str) -> str:
    value = call.request.query_params.get(name)
    if not value:
        raise OcpiError(2001, f"{name}: missing in the query")
    return value
