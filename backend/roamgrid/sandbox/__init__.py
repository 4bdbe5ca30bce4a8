"""Counterparties to develop against, each its own process and its own small codebase, reached by HTTP only.

`cpo` is a charge point operator that speaks OCPI 2.2.1, `psp` a payment provider. They import `roamgrid.kernel`
and nothing else of the platform: a counterparty that shared our pricing or our mapping would share our bugs.
"""
