"""Our own addresses, per tenant."""

from roamgrid.tenancy.context import TenantSlug

VERSION = "2.2.1"
"""The one version that we speak; a second one brings its own surface."""


def tenant_url(base_url: str, tenant: TenantSlug) -> str:
    """Where a tenant's OCPI surface begins."""
    return f"{base_url}/ocpi/{tenant}"


def versions_url(base_url: str, tenant: TenantSlug) -> str:
    """What an invitation names and our credentials carry."""
    return f"{tenant_url(base_url, tenant)}/versions"


def details_url(base_url: str, tenant: TenantSlug) -> str:
    """The details of the version that we speak."""
    return f"{tenant_url(base_url, tenant)}/{VERSION}"


def endpoint_url(base_url: str, tenant: TenantSlug, identifier: str) -> str:
    """Where a module of ours is served."""
    return f"{details_url(base_url, tenant)}/{identifier}"
