"""What a connector can give by its volts, amperes and phases."""

PHASES = {"AC_1_PHASE": 1, "AC_2_PHASE": 2, "AC_2_PHASE_SPLIT": 2, "AC_3_PHASE": 3, "DC": 1}
_LARGEST_INT = 2**31 - 1


def derived_power_w(voltage_v: int, amperage_a: int, power_type: str) -> int:
    """Watts; never below zero, and never more than a database column holds. Voltage is line to neutral."""
    return min(max(voltage_v * amperage_a * PHASES.get(power_type, 1), 0), _LARGEST_INT)
