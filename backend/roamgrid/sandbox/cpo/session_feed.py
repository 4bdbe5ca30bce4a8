"""Telling the provider how its session goes on: PUT, then PATCH or PUT, some of it late if so wished."""

from roamgrid.sandbox.cpo.connections import Connection
from roamgrid.sandbox.cpo.options import Knobs
from roamgrid.sandbox.cpo.peer import joined, routing
from roamgrid.sandbox.cpo.pushes import Push, Pushes
from roamgrid.sandbox.cpo.session import Session


class SessionFeed:
    """The updates of one session to the one peer that authorised it.

    Updates are not queued (OCPI 2.2.1, offline behaviour): a failed one is followed by a complete PUT with the state
    of that later moment. A peer without a sessions receiver is left to pull.
    """

    def __init__(self, session: Session, connection: Connection, pushes: Pushes) -> None:
        self._session = session
        self._connection = connection
        self._pushes = pushes
        self._peer_is_current = False
        self._periods_sent = 0
        self._held: Push | None = None

    async def update(self, knobs: Knobs) -> None:
        """Send the present state, by PATCH where the peer is known to have the previous one."""
        by_patch = self._peer_is_current and knobs.session_updates == "patch"
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
        return self._push("PUT", self._session.as_json())

    def _patch(self) -> Push | None:
        closed = self._session.closed_periods()
        fresh, self._periods_sent = closed[self._periods_sent :], len(closed)
        return self._push("PATCH", self._session.patch_json(fresh))

    def _push(self, method: str, body: object) -> Push | None:
        endpoint = self._connection.endpoint("sessions", "RECEIVER")
        if endpoint is None:
            return None
        token = self._session.authorisation.token
        headers = routing(self._session.place.owner, self._connection, (token["country_code"], token["party_id"]))
        url = joined(endpoint, *self._session.place.owner, self._session.id)
        return Push(self._connection, "session", method, url, body, headers)
