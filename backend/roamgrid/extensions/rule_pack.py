"""A rule pack: the plugins chosen for a tenant, with their versions, in the order in which they run."""

from dataclasses import dataclass, replace

from roamgrid.extensions.baseline import baseline
from roamgrid.extensions.points import (
    Plugin,
    PriceDisplay,
    PriceDisplayRequest,
    PriceDisplayResult,
    TaxRate,
    TaxRates,
    TaxRequest,
)
from roamgrid.kernel.errors import Invalid, NotFound

NO_RULES = "none"


class RulePackUnavailable(Invalid):
    """A rule pack names a plugin that is not installed, is disabled, or is there in another version only."""

    code = "RULE_PACK_UNAVAILABLE"
    hint = "Install the plugin named, or choose other jurisdictions for the tenant."


class TaxRateUnknown(NotFound):
    """No plugin of the pack knows the rate for that country and day. A rate is never guessed."""

    code = "TAX_RATE_UNKNOWN"
    hint = "Add the country's jurisdiction plugin to the tenant."


@dataclass(frozen=True, slots=True)
class RulePack:
    """Plugins in running order. `version` (e.g. `eu_afir-1.0+nl-1.0`) is what offers and bills pin."""

    plugins: tuple[Plugin, ...]

    @property
    def version(self) -> str:
        """Names every plugin and version; equal packs have equal versions."""
        return "+".join(plugin.manifest.label for plugin in self.plugins) or NO_RULES

    def display(self, request: PriceDisplayRequest) -> PriceDisplayResult:
        """The lawful display of a price, with the tax that a consumer bears there and then.

        Each plugin whose rules hold in that country on that day refines what those before it made.
        """
        request = replace(request, tax=self._known_rate(TaxRequest(request.country, request.as_of)))
        result = baseline(request)
        for plugin in self.plugins:
            if isinstance(plugin, PriceDisplay) and _binds(plugin, request):
                result = plugin.display(request, result)
        return result

    def tax_rate(self, request: TaxRequest) -> TaxRate:
        """The rate that a consumer bears there and then; the most specific plugin answers first.

        Raises `TaxRateUnknown`.
        """
        rate = self._known_rate(request)
        if rate is not None:
            return rate
        message = f"{self.version} knows no tax rate for {request.country} on {request.as_of}"
        raise TaxRateUnknown(message, field="country")

    def _known_rate(self, request: TaxRequest) -> TaxRate | None:
        for plugin in reversed(self.plugins):
            if isinstance(plugin, TaxRates) and request.country in plugin.manifest.countries:
                rate = plugin.tax_rate(request)
                if rate is not None:
                    return rate
        return None


def _binds(plugin: Plugin, request: PriceDisplayRequest) -> bool:
    manifest = plugin.manifest
    return request.country in manifest.countries and request.as_of >= manifest.effective_from
