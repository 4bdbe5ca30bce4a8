"""Finding plugins, and choosing among them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points

from roamgrid.extensions.manifest import Provides, problems
from roamgrid.extensions.points import Plugin, PriceDisplay, TaxRates
from roamgrid.extensions.rule_pack import NO_RULES, RulePack, RulePackUnavailable

GROUP = "roamgrid.jurisdictions"


@dataclass(frozen=True, slots=True)
class Disabled:
    """A plugin that was found but is not used, and why."""

    id: str
    reason: str


@dataclass(frozen=True, slots=True)
class Registry:
    """The plugins of this installation, by id, and those that could not be used."""

    plugins: Mapping[str, Plugin]
    disabled: tuple[Disabled, ...]

    def resolve(self, ids: Iterable[str]) -> RulePack:
        """The rule pack of these plugins: each after those that it refines, else by id.

        Raises `RulePackUnavailable`.
        """
        chosen = {plugin_id: self._plugin(plugin_id) for plugin_id in ids}
        return RulePack(tuple(_in_order(chosen)))

    def pinned(self, version: str) -> RulePack:
        """The rule pack that an offer or bill pinned, exactly. Raises `RulePackUnavailable`."""
        labels = [] if version == NO_RULES else version.split("+")
        pack = self.resolve(label.rpartition("-")[0] for label in labels)
        if pack.version != version:
            raise RulePackUnavailable(f"rule pack {version!r} is pinned, installed is {pack.version!r}")
        return pack

    def _plugin(self, plugin_id: str) -> Plugin:
        plugin = self.plugins.get(plugin_id)
        if plugin is not None:
            return plugin
        reason = next((d.reason for d in self.disabled if d.id == plugin_id), "it is not installed")
        raise RulePackUnavailable(f"jurisdiction plugin {plugin_id!r} cannot be used: {reason}", field="jurisdictions")


def load_registry(found: Iterable[EntryPoint] | None = None) -> Registry:
    """Load the installed plugins. One that fails is disabled with a reason and leaves the others alone."""
    plugins: dict[str, Plugin] = {}
    disabled: list[Disabled] = []
    for entry_point in sorted(entry_points(group=GROUP) if found is None else found, key=lambda e: (e.name, e.value)):
        plugin, reason = _load(entry_point)
        if plugin is None:
            disabled.append(Disabled(entry_point.name, reason))
        elif plugin.manifest.id in plugins:
            disabled.append(Disabled(entry_point.name, f"another plugin already has this id ({entry_point.value})"))
        else:
            plugins[plugin.manifest.id] = plugin
    return Registry(plugins, tuple(disabled))


def _load(entry_point: EntryPoint) -> tuple[Plugin | None, str]:
    try:
        plugin = entry_point.load()
    except Exception as error:  # a plugin is foreign code: whatever it raises disables it, not the platform
        return None, f"{entry_point.value} does not load: {type(error).__name__}: {error}"
    wrong = plugin_problems(plugin, entry_point.name)
    return (None, "; ".join(wrong)) if wrong else (plugin, "")


def plugin_problems(plugin: object, name: str) -> list[str]:
    """Why an object cannot be used as the plugin of that name; empty: it can."""
    if not isinstance(plugin, Plugin):
        return ["it has no manifest"]
    manifest = plugin.manifest
    found = problems(manifest)
    if manifest.id != name:
        found.append(f"its manifest says {manifest.id!r}, its entry point {name!r}")
    implemented = _implemented(plugin)
    if implemented != manifest.provides:
        found.append(f"it says that it provides {_names(manifest.provides)}, it implements {_names(implemented)}")
    return found


def _names(provided: Iterable[Provides]) -> str:
    return ", ".join(sorted(provided)) or "nothing"


def _implemented(plugin: object) -> set[Provides]:
    found = set()
    if isinstance(plugin, PriceDisplay):
        found.add(Provides.PRICE_DISPLAY)
    if isinstance(plugin, TaxRates):
        found.add(Provides.TAX_RATE)
    return found


def _in_order(chosen: Mapping[str, Plugin]) -> Iterable[Plugin]:
    waiting = dict(sorted(chosen.items()))
    while waiting:
        ready = next((i for i, p in waiting.items() if not any(other in waiting for other in p.manifest.after)), None)
        if ready is None:
            raise RulePackUnavailable(f"these plugins each want to run after another: {sorted(waiting)}")
        yield waiting.pop(ready)
