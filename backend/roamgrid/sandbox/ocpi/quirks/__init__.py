"""Habits of real partners: `catalogue` names them all, the other modules do to documents what a habit says."""

from roamgrid.sandbox.ocpi.quirks.catalogue import About, Quirk, catalogue, quirks_of

__all__ = ["About", "Quirk", "catalogue", "quirks_of"]
