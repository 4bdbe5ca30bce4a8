"""Retail price plans: declared by a brand, kept in every version that ever held."""

from roamgrid.settlement.plans import service

__all__ = ["service"]
