"""Roamgrid: the open multi-tenant platform for e-mobility service providers."""

__version__ = "0.1.0"
