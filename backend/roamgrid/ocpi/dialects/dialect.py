"""A dialect: the switches that a partner needs, as data. Only switches that some code honours exist."""

import tomllib
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec

from roamgrid.kernel.errors import NotFound
from roamgrid.ocpi.mapping.geography import is_zone
from roamgrid.ocpi.wire.common.authorization import TokenEncoding

DEFAULT = "default"


class EnergyUnit(StrEnum):
    """In what a partner counts energy. The specification says kWh; its own example and some peers send Wh (issue 465)."""

    KWH = "kWh"
    WH = "Wh"

    def kwh(self, amount: Decimal) -> Decimal:
        """An amount in this unit as kWh, exactly."""
        return amount.scaleb(-3) if self is EnergyUnit.WH else amount


class Dialect(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One partner's ways; `default.toml` explains each switch."""

    token_encoding: TokenEncoding
    trailing_slash: bool
    send_routing_headers: bool
    energy_unit: EnergyUnit
    page_size: int
    delta_overlap_minutes: int
    default_time_zone: str | None = None

    def __post_init__(self) -> None:
        if self.default_time_zone is not None and not is_zone(self.default_time_zone):
            raise ValueError(f"{self.default_time_zone!r} is no time zone")

    @property
    def delta_overlap(self) -> timedelta:
        return timedelta(minutes=self.delta_overlap_minutes)


class UnknownDialect(NotFound):
    """No dialect of that name ships with this version."""

    code = "UNKNOWN_DIALECT"
    hint = "Use `default`, or add a TOML file under ocpi/dialects."


@cache
def dialect(name: str, version: str) -> Dialect:
    """The named dialect on top of the version's default. Raises `UnknownDialect`."""
    if name not in names():
        raise UnknownDialect(f"there is no dialect {name!r}; there are: {', '.join(names())}")
    return msgspec.convert(_switches(DEFAULT, version) | _switches(name, version), Dialect)


@cache
def names() -> tuple[str, ...]:
    """All dialects."""
    folder = files("roamgrid.ocpi.dialects")
    return tuple(sorted(item.name.removesuffix(".toml") for item in folder.iterdir() if item.name.endswith(".toml")))


def _switches(name: str, version: str) -> dict[str, object]:
    """What a file says for all versions, then what it says for this one (`["2.1.1"]`)."""
    table: dict[str, Any] = tomllib.loads(files("roamgrid.ocpi.dialects").joinpath(f"{name}.toml").read_text())
    general = {switch: value for switch, value in table.items() if not isinstance(value, dict)}
    specific: dict[str, object] = table.get(version, {})
    return general | specific
