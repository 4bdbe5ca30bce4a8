"""Prices and VAT in the Netherlands; refines `eu_afir`. Draft, not legal advice."""

from roamgrid_jurisdiction_nl.plugin import Netherlands

plugin = Netherlands()

__all__ = ["Netherlands", "plugin"]
