"""Counterparties to develop against, each its own process, reached by HTTP only.

`cpo` is a charge point operator, `hub` a hub with operators behind it, `emsp` a service provider; what these three have in
common (versions, envelopes, quirks) is in `ocpi`. `psp` is a payment provider. They import `roamgrid.kernel` and nothing
else of the platform: a counterparty that shared our pricing or our mapping would share our bugs.
"""
