"""A charge point operator in every version of OCPI, with a simulated network, and faults and habits on demand."""

from roamgrid.sandbox.cpo.app import create_app, run
from roamgrid.sandbox.cpo.options import CpoOptions, Knobs

__all__ = ["CpoOptions", "Knobs", "create_app", "run"]
