"""A payment provider that speaks the part of Stripe's HTTP API that the official SDK needs for card payments."""

from roamgrid.sandbox.psp.app import create_app, run
from roamgrid.sandbox.psp.options import PspKnobs, PspOptions

__all__ = ["PspKnobs", "PspOptions", "create_app", "run"]
