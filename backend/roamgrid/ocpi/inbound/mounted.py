"""Which module answers at which address, for every version and side."""

from collections.abc import Iterable, Mapping

from roamgrid.ocpi.connections.model import AsRole, Side
from roamgrid.ocpi.handshake.addresses import CPO_SEGMENT
from roamgrid.ocpi.inbound.module import Module
from roamgrid.ocpi.speech import Speech
from roamgrid.ocpi.versions import SPEECHES


class Mounted:
    """`/{version}/{identifier}` for modules of the platform and of a service provider, `/{version}/cpo/{identifier}` for those
    of an operator. Found by two dictionary lookups. Modules of one address serve it together, each in its places."""

    def __init__(self, modules: Iterable[Module], speeches: Mapping[str, Speech] = SPEECHES) -> None:
        known = tuple(modules)
        self._listed = {
            version: _together([module for module in known if module.exists_in(speech)], by_role=True)
            for version, speech in speeches.items()
        }
        self._found = {
            version: {(*prefix(module), module.identifier): module for module in _together(mounted, by_role=False)}
            for version, mounted in self._listed.items()
        }

    def __contains__(self, version: str) -> bool:
        return version in self._listed

    def find(self, version: str, below: tuple[str, ...]) -> tuple[Module, tuple[str, ...]] | None:
        """The module that serves an address below a version, and the segments that are left for it."""
        length = 2 if below[:1] == (CPO_SEGMENT,) else 1
        module = self._found.get(version, {}).get(below[:length])
        return None if module is None else (module, below[length:])

    def listed(self, version: str, as_role: AsRole) -> list[Module]:
        """What is announced to a partner whom we face so."""
        return [module for module in self._listed[version] if module.side is None or as_role.faces(module.side)]


def prefix(module: Module) -> tuple[str, ...]:
    """The segments before the identifier."""
    return (CPO_SEGMENT,) if module.side is Side.CPO else ()


def _together(modules: Iterable[Module], *, by_role: bool) -> tuple[Module, ...]:
    """One for each address (`by_role`: and role), with the places of all that stand there. Raises `ValueError` when two claim
    one place."""
    found: dict[tuple[object, ...], Module] = {}
    for module in modules:
        key = (*prefix(module), module.identifier, module.role if by_role else None)
        held = found.get(key)
        if held is not None and held.handlers.keys() & module.handlers.keys():
            raise ValueError(f"two modules {module.identifier} serve the same place")
        found[key] = module if held is None else held.with_places_of(module)
    return tuple(found.values())
