"""Offers: what a charge at a connector would cost this driver, from named versions, until a named time."""
