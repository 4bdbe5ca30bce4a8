"""A charge point operator that speaks OCPI 2.2.1, with a simulated network and faults on demand."""

from roamgrid.sandbox.cpo.app import create_app, run
from roamgrid.sandbox.cpo.options import CpoOptions, Knobs

__all__ = ["CpoOptions", "Knobs", "create_app", "run"]
