"""A small service provider in every version: what a platform with the CPO role talks to."""

from roamgrid.sandbox.emsp.app import create_app, run
from roamgrid.sandbox.emsp.options import EmspKnobs, EmspOptions

__all__ = ["EmspKnobs", "EmspOptions", "create_app", "run"]
