"""Who may touch the controls: programs on the same machine."""

from ipaddress import ip_address

from starlette.requests import Request


def is_local(request: Request) -> bool:
    """Whether the caller connected over the loopback interface."""
    return request.client is not None and ip_address(request.client.host).is_loopback
