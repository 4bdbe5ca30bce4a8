"""Free TCP ports on loopback."""

import random
import socket

# Below the range that systems give to outgoing connections (Linux from 32768, macOS from 49152). Inside it, a client
# that retries on 127.0.0.1 while the server is down can be connected to itself, and then the port is taken for good.
_RANGE = range(20_000, 32_000)
_system_random = random.SystemRandom()


def is_free(port: int) -> bool:
    """Whether a server could listen on 127.0.0.1:`port` now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_port(*, besides: int | None = None) -> int:
    """A random free port, never `besides`. Raises `OSError` when none was found in many tries."""
    for _ in range(1000):
        port = _system_random.choice(_RANGE)
        if port != besides and is_free(port):
            return port
    raise OSError(f"no free TCP port between {_RANGE.start} and {_RANGE.stop} on 127.0.0.1")
