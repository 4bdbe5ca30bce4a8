"""Telling the provider how its session goes on: PUT, then PATCH or PUT, some of it late if so wished."""

from typing import Any

from roamgrid.sandbox.cpo.network import only
from roamgrid.sandbox.cpo.options import Knobs
from roamgrid.sandbox.cpo.session import Session
from roamgrid.sandbox.ocpi.connections import Connection
from roamgrid.sandbox.ocpi.peer import joined, routing
from roamgrid.sandbox.ocpi.pushes import Push, Pushes
from roamgrid.sandbox.ocpi.quirks import Quirk
from roamgrid.sandbox.ocpi.voice import Voice


class SessionFeed:
    """The updates of one session to the one peer that authorised it.

    Updates are not queued (OCPI 2.2.1, offline behaviour): a failed one is followed by a complete PUT with the state
    of that later moment. A peer without a sessions receiver is left to pull.
    """

    def __init__(self, session: Session, connection: Connection, pushes: Pushes, voice: Voice) -> None:
        self._session = session
        self._connection = connection
        self._pushes = pushes
        self._voice = voice
        self._peer_is_current = False
        self._periods_sent = 0
        self._held: Push | None = None

    async def update(self, knobs: Knobs) -> None:
        """Send the present state, by PATCH where the peer is known to have the previous one."""
        patches = knobs.session_updates == "patch" and Quirk.PUT_EVERY_UPDATE not in knobs.quirks
        by_patch = self._peer_is_current and patches
        push = self._patch() if by_patch else self._put()
        if push is None:
            return
        if self._held is None and self._peer_is_current and self._pushes.is_swapped(push):
            self._held = push
            return
        self._peer_is_current = await self._pushes.once(push)
        await self._release()

    async def finish(self) -> None:
        """Send the final state; it supersedes whatever failed before and is tried a few times."""
        push = self._put()
        if push is not None:
            await self._pushes.stubbornly(push)
            await self._release()

    async def _release(self) -> None:
        held, self._held = self._held, None
        if held is not None:
            await self._pushes.once(held)

    def _put(self) -> Push | None:
        self._periods_sent = len(self._session.closed_periods())
        place, shape = only(self._session.place), self._connection.shape
        return self._push("PUT", self._voice.session(self._session.as_json(), place, shape))

    def _patch(self) -> Push | None:
        """Periods in a PATCH are appended by the receiver, which not every operator knows."""
        closed = self._session.closed_periods()
        fresh, self._periods_sent = closed[self._periods_sent :], len(closed)
        told = self._session.charge.periods if self._voice.has(Quirk.PATCH_FULL_PERIODS) else fresh
        patch = self._session.patch_json(told)
        return self._push("PATCH", self._voice.session_patch(patch, only(self._session.place), self._connection.shape))

    def _push(self, method: str, body: dict[str, Any]) -> Push | None:
        endpoint = self._connection.endpoint("sessions", "RECEIVER")
        if endpoint is None:
            return None
        token = self._session.authorisation.token
        headers = routing(self._session.place.owner, self._connection, (token["country_code"], token["party_id"]))
        url = joined(endpoint, *self._session.place.owner, self._session.id)
        return Push(self._connection, "session", method, url, body, headers)
