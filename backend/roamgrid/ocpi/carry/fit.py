"""What of a document another version can say: fields that it declares, with values that it reads."""

from dataclasses import dataclass
from typing import Any

from roamgrid.ocpi.carry.fields import Fields, indispensable_in, required_of
from roamgrid.ocpi.carry.lay import ABSENT
from roamgrid.ocpi.speech import Loss, Losses
from roamgrid.ocpi.wire.common.compile import Part
from roamgrid.ocpi.wire.common.declare import WireObject
from roamgrid.ocpi.wire.common.deviations import Code, Deviation, Refused, shown


@dataclass(frozen=True, slots=True)
class Fit:
    """Cuts documents to a version. `foreign`: what the version that they come from declares.

    `takes_unknown`: a field that neither version declares goes on. What is cut off is added to `losses`.
    """

    fields: Fields
    foreign: Fields
    takes_unknown: bool
    losses: Losses

    def value(self, value: Any, path: str) -> Any:
        """As much as can be said; `ABSENT` when nothing can. A null says nothing."""
        if value is None:
            return ABSENT
        part = self.fields.get(path.removesuffix("/*"))
        if part is None:
            return self._unknown(value, path)
        if part.many and not path.endswith("/*"):
            return self._list(value, part, path)
        return self._one(value, part, path)

    def document(self, document: dict[str, Any], wire: type[WireObject]) -> dict[str, Any]:
        """A whole document. What is required and cannot be said otherwise is left as it is: readers are lenient, too."""
        before = len(self.losses)
        fitting = self._fields(document, "")
        for name in required_of(wire) & document.keys() - fitting.keys():
            fitting[name] = document[name]
            self.losses[before:] = [loss for loss in self.losses[before:] if loss.field != f"/{name}"]
        return {name: fitting[name] for name in document if name in fitting}

    def lose(self, value: Any, path: str) -> Any:
        """Name a loss."""
        self.losses.append(Loss(path, shown(value)))
        return ABSENT

    def _unknown(self, value: Any, path: str) -> Any:
        return value if self.takes_unknown and path not in self.foreign else self.lose(value, path)

    def _list(self, value: Any, part: Part, path: str) -> Any:
        items = value if isinstance(value, list) else [value]
        fitting = [item for item in (self.value(item, f"{path}/*") for item in items) if item is not ABSENT]
        if part.exact and len(fitting) < len(items):
            return self.lose(value, path)
        return fitting if fitting else ABSENT

    def _one(self, value: Any, part: Part, path: str) -> Any:
        if part.within is None or not isinstance(value, dict):
            return value if _reads(part, value) else self.lose(value, path)
        fitting = self._fields(value, path)
        gone = {name for name, item in value.items() if item is not None} - fitting.keys()
        if gone & indispensable_in(part.within) or (gone and part.within.refuse_unknown):
            return self.lose(value.get("uid", value.get("id", value)), path)
        return fitting if fitting else ABSENT

    def _fields(self, value: dict[str, Any], path: str) -> dict[str, Any]:
        fitted = ((name, self.value(item, f"{path}/{name}")) for name, item in value.items())
        return {name: item for name, item in fitted if item is not ABSENT}


def _reads(part: Part, value: Any) -> bool:
    found: list[Deviation] = []
    try:
        part.read_one(value, found)
    except Refused:
        return False
    return all(deviation.code is not Code.UNKNOWN_VALUE for deviation in found)
