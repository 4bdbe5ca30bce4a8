"""All checks, in the order in which they are made: what fails early explains what fails late."""

from roamgrid.ocpi.conformance.check import Check
from roamgrid.ocpi.conformance.checks import charges, commands, handshake, objects, paging, places, provider, tokens, transport

CHECKS: tuple[Check, ...] = (
    *handshake.CHECKS,
    *transport.CHECKS,
    *paging.CHECKS,
    *objects.CHECKS,
    *places.CHECKS,
    *charges.CHECKS,
    *tokens.CHECKS,
    *commands.CHECKS,
    *provider.CHECKS,
)
