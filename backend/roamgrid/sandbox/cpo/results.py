"""Answers to commands and profiles, and what the station says later, by POST to the `response_url`."""

from collections.abc import Callable
from typing import Any

from roamgrid.sandbox.ocpi.connections import Connection
from roamgrid.sandbox.ocpi.knobs import PeerKnobs
from roamgrid.sandbox.ocpi.peer import routing
from roamgrid.sandbox.ocpi.pushes import Push, Pushes
from roamgrid.sandbox.ocpi.quirks import Quirk
from roamgrid.sandbox.ocpi.shapes.shape import Owner, Shape
from roamgrid.sandbox.ocpi.voice import Voice
from roamgrid.sandbox.ocpi.wire import Envelope, OcpiError, ok, success

Json = dict[str, Any]
TIMEOUT_SECONDS = 30


class Results:
    """A peer that cannot be told does not hold up the station."""

    def __init__(self, pushes: Pushes, knobs: Callable[[], PeerKnobs], voice: Voice) -> None:
        self._pushes = pushes
        self._knobs = knobs
        self._voice = voice

    def response(self, shape: Shape, result: str, message: str = "", *, party: Owner | None = None) -> Envelope:
        """The synchronous answer to a command."""
        timeout = 0 if Quirk.ZERO_TIMEOUT in self._quirks else TIMEOUT_SECONDS
        return ok(self._bare_text(self._voice.result(shape.response(result, message, timeout)), shape), party=party)

    def command(self, connection: Connection, party: Owner, url: str, outcome: str, reason: str = "") -> Push:
        """A CommandResult: a request body, so a bare object without an envelope around it."""
        body = self._voice.result(connection.shape.result(outcome, reason))
        return self.push(connection, party, url, self._bare_text(body, connection.shape))

    def push(self, connection: Connection, party: Owner, url: str, body: Json | str) -> Push:
        headers = routing(party, connection)
        if Quirk.RESULT_ROUTING_SWAPPED in self._quirks:
            headers = {_other(name): value for name, value in headers.items()}
        wrapped = success(body) if Quirk.COMMAND_RESULT_WRAPPED in self._quirks else body
        return Push(connection, "command_result", "POST", url, wrapped, headers)

    async def tell(self, push: Push) -> None:
        if Quirk.NEVER_SENDS_RESULT not in self._quirks:
            await self._pushes.stubbornly(push)

    async def tell_and(self, push: Push, act: Callable[[], object]) -> None:
        """Report first, then act; a report that failed is repeated after that."""
        told = Quirk.NEVER_SENDS_RESULT in self._quirks or await self._pushes.once(push)
        act()
        if not told:
            await self.tell(push)

    @property
    def _quirks(self) -> frozenset[Quirk]:
        return self._knobs().quirks

    def _bare_text(self, body: Json, shape: Shape) -> Json | str:
        if Quirk.STRING_RESULTS in self._quirks and not shape.has_routing:
            return str(body["result"])
        return body


def check_response_url(url: str) -> None:
    """Raises OcpiError 2001 for what cannot be called."""
    if not url.startswith(("http://", "https://")):
        raise OcpiError(2001, "response_url: not a URL that can be called")


def _other(header: str) -> str:
    return header.replace("-to-", "-FROM-").replace("-from-", "-to-").replace("-FROM-", "-from-")
