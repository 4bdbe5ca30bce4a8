"""A roaming hub: one connection, the operators behind it, and routing between them (OCPI 2.2.1 and 2.3.0)."""

from roamgrid.sandbox.hub.app import create_app, run
from roamgrid.sandbox.hub.options import HubOptions

__all__ = ["HubOptions", "create_app", "run"]
