"""From house objects to documents: the shape of the peer's version, then our quirks."""

from collections.abc import Callable, Collection
from typing import Any

from roamgrid.sandbox.ocpi.quirks import Quirk
from roamgrid.sandbox.ocpi.quirks.rewriting import REWRITTEN, rewritten
from roamgrid.sandbox.ocpi.shapes.shape import Shape

Json = dict[str, Any]


class Voice:
    """`quirks` reads those that are on now."""

    def __init__(self, quirks: Callable[[], Collection[Quirk]]) -> None:
        self._quirks = quirks

    def has(self, quirk: Quirk) -> bool:
        return quirk in self._quirks()

    def is_verbatim(self, shape: Shape) -> bool:
        """Whether published locations and tariffs can go out as they were loaded: house form, and no habit changes them."""
        return shape.version == "2.2.1" and not REWRITTEN.intersection(self._quirks())

    def location(self, house: Json, shape: Shape) -> Json:
        return rewritten("location", shape.location(house), self._quirks())

    def tariff(self, house: Json, shape: Shape) -> Json:
        return rewritten("tariff", shape.tariff(house), self._quirks())

    def session(self, house: Json, place: Json, shape: Shape) -> Json:
        return rewritten("session", shape.session(house, place), self._quirks())

    def session_patch(self, house: Json, place: Json, shape: Shape) -> Json:
        return rewritten("session_patch", shape.session(house, place), self._quirks())

    def cdr(self, house: Json, place: Json, shape: Shape) -> Json:
        return rewritten("cdr", shape.cdr(house, place), self._quirks())

    def status(self, house: Json) -> Json:
        """The PATCH of an EVSE's status."""
        return rewritten("status", house, self._quirks())

    def token(self, house: Json, shape: Shape) -> Json:
        return rewritten("token", shape.token(house), self._quirks())

    def result(self, house: Json) -> Json:
        """What answers or follows a command."""
        return rewritten("result", house, self._quirks())
