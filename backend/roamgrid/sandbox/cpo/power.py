"""What a connector can deliver, from what its publisher wrote about it (often too little, sometimes nonsense)."""

from typing import Any

Json = dict[str, Any]
_PHASES = {"AC_1_PHASE": 1, "AC_2_PHASE": 2, "AC_2_PHASE_SPLIT": 2, "AC_3_PHASE": 3}
_LIMITS = range(1_000, 1_000_001)
_USUAL_AC, _USUAL_DC = 11_000, 50_000


def connector_watts(connector: Json) -> int:
    """The stated power, else voltage x current x phases, else what is usual, in watts (voltage is line to neutral)."""
    is_dc = connector.get("power_type") == "DC"
    derived = (connector.get("max_voltage") or 0) * (connector.get("max_amperage") or 0) * connector_phases(connector)
    stated = connector.get("max_electric_power") or 0
    usual = _USUAL_DC if is_dc else _USUAL_AC
    return next((int(watts) for watts in (stated, derived) if int(watts) in _LIMITS), usual)


def connector_volts(connector: Json) -> int:
    """The stated voltage, else 400 for DC and 230 for AC."""
    return int(connector.get("max_voltage") or 0) or (400 if connector.get("power_type") == "DC" else 230)


def connector_phases(connector: Json) -> int:
    """How many phases; one where nothing is said, and for DC."""
    return _PHASES.get(connector.get("power_type", ""), 1)
