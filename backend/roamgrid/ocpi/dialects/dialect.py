"""A dialect: the switches that a partner needs, as data. Only switches that some code honours exist."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Annotated, Literal

import msgspec

from roamgrid.ocpi.dialects.bundled import DEFAULT, UnknownDialect, layered, names
from roamgrid.ocpi.mapping.geography import is_zone
from roamgrid.ocpi.wire.common.authorization import TokenEncoding

__all__ = [
    "DEFAULT",
    "Dialect",
    "EnergyUnit",
    "LinkHost",
    "ListBody",
    "PeriodPatch",
    "PowerUnit",
    "UnknownDialect",
    "dialect",
    "names",
]


class EnergyUnit(StrEnum):
    """In what a partner counts energy. The specification says kWh; its own example and some peers send Wh (issue 465)."""

    KWH = "kWh"
    WH = "Wh"

    def kwh(self, amount: Decimal) -> Decimal:
        """An amount in this unit as kWh, exactly."""
        return amount.scaleb(-3) if self is EnergyUnit.WH else amount

    def of_kwh(self, amount: Decimal) -> Decimal:
        """An amount in kWh as this unit, exactly."""
        return amount.scaleb(3) if self is EnergyUnit.WH else amount


class PeriodPatch(StrEnum):
    """What charging periods in the PATCH of a session mean: more of them, or all there are (issue 325)."""

    APPEND = "append"
    REPLACE = "replace"


class PowerUnit(StrEnum):
    """In what a partner states the power of a connector. The specification says W (2.2.1 on; 2.1.1 does not state it)."""

    W = "W"
    KW = "kW"


class LinkHost(StrEnum):
    """What a link to the next page on another host is: the end of the list, or meant for the host that was asked."""

    REFUSE = "refuse"
    REWRITE = "rewrite"


class ListBody(StrEnum):
    """How a list comes: in the envelope, or bare as `items` and `next` (chargecloud, as read by ocpdb)."""

    ENVELOPE = "envelope"
    ITEMS = "items"


class Dialect(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One partner's ways; `default.toml` explains each switch."""

    token_encoding: TokenEncoding
    trailing_slash: bool
    send_routing_headers: bool
    energy_unit: EnergyUnit
    page_size: int
    delta_overlap_minutes: int
    full_sync_hours: int
    outbound_concurrency: int
    outbound_waiting: int
    outbound_wait_s: int
    outbound_per_second: int
    connect_timeout_s: int
    silence_timeout_s: int
    answer_timeout_s: int
    breaker_failures: int
    breaker_cool_down_s: int
    push_backlog: int
    interface_roles: bool
    check_routing_headers: bool
    patch_needs_last_updated: bool
    period_patch_mode: PeriodPatch
    tariff_patch: bool
    authorize_unknown_http: Literal[200, 404]
    authorize_unknown_code: int
    inbound_per_second: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]
    power_unit: PowerUnit
    fractions_out: bool
    link_host: LinkHost
    list_body: ListBody
    delta_pull: bool
    never_whitelist_invalid: bool
    renames: Mapping[str, str]
    unlisted_endpoints: tuple[str, ...]
    default_time_zone: str | None = None

    def __post_init__(self) -> None:
        if self.default_time_zone is not None and not is_zone(self.default_time_zone):
            raise ValueError(f"{self.default_time_zone!r} is no time zone")

    @property
    def delta_overlap(self) -> timedelta:
        return timedelta(minutes=self.delta_overlap_minutes)

    @property
    def full_sync_every(self) -> timedelta:
        return timedelta(hours=self.full_sync_hours)


@cache
def dialect(name: str, version: str) -> Dialect:
    """The named dialect on top of the version's default; several are joined by `+`, of which later ones prevail.

    A single switch may stand beside them (`wh_energy+page_size=50`). Raises `UnknownDialect`, also for a value that the switch
    cannot have.
    """
    try:
        return msgspec.convert(layered(name, version), Dialect)
    except msgspec.ValidationError as error:
        raise UnknownDialect(f"{name}: {error}") from None
