"""What may stay of a verbatim document: everything in its own version, what can be said in another."""

from dataclasses import dataclass
from typing import Any, ClassVar

from roamgrid.ocpi.carry.fit import Fit
from roamgrid.ocpi.carry.items import matched


class KeepAll:
    """The same version: what is there stays there, and what goes was taken away on purpose."""

    supplies: ClassVar[bool] = False

    def kept(self, value: Any, path: str) -> Any:
        return value

    def gone(self, value: Any, said: Any, path: str) -> None:
        """The value says so itself."""


@dataclass(frozen=True, slots=True)
class KeepFitting:
    """Another version: what it cannot say is lost by name. What a mapping owned of it, the other mapping answers for."""

    fit: Fit
    supplies: ClassVar[bool] = True

    def kept(self, value: Any, path: str) -> Any:
        return self.fit.value(value, path)

    def gone(self, value: Any, said: Any, path: str) -> None:
        if isinstance(value, dict) and isinstance(said, dict):
            for name, item in value.items():
                self._gone_field(item, said, name, f"{path}/{name}")
        elif isinstance(value, list) and isinstance(said, list):
            match = matched(said, said, value)
            for place in match.gone or match.fresh if match else ():
                if place is not None:
                    self.gone(value[place.verbatim], said[place.said], f"{path}/*")
            for index in match.unowned if match else ():
                self.fit.lose(value[index], f"{path}/*")

    def _gone_field(self, value: Any, said: dict[str, Any], name: str, path: str) -> None:
        if name in said:
            self.gone(value, said[name], path)
        elif value is not None:
            self.fit.lose(value, path)
