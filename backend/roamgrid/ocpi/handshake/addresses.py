"""Our own addresses, per tenant, version and side."""

from roamgrid.ocpi.connections.model import Side
from roamgrid.tenancy.context import TenantSlug

CPO_SEGMENT = "cpo"
"""Modules that we serve as an operator stand below it: some identifiers exist on both sides."""


def tenant_url(base_url: str, tenant: TenantSlug) -> str:
    """Where a tenant's OCPI surface begins."""
    return f"{base_url}/ocpi/{tenant}"


def versions_url(base_url: str, tenant: TenantSlug) -> str:
    """What an invitation names and our credentials carry."""
    return f"{tenant_url(base_url, tenant)}/versions"


def details_url(base_url: str, tenant: TenantSlug, version: str) -> str:
    """The details of one version."""
    return f"{tenant_url(base_url, tenant)}/{version}"


def endpoint_url(base_url: str, tenant: TenantSlug, version: str, identifier: str, side: Side = Side.EMSP) -> str:
    """Where a module of ours is served."""
    below = identifier if side is Side.EMSP else f"{CPO_SEGMENT}/{identifier}"
    return f"{details_url(base_url, tenant, version)}/{below}"
