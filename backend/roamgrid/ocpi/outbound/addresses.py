"""Which addresses partners may have: a URL that a partner tells us must not open our own network to it (SSRF)."""

import ipaddress
from dataclasses import dataclass

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_METADATA = frozenset(
    map(ipaddress.ip_address, ("169.254.169.254", "168.63.129.16", "100.100.100.200", "192.0.0.192", "fd00:ec2::254"))
)
"""Where clouds hand out credentials to whoever asks from inside."""
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


@dataclass(frozen=True, slots=True)
class AddressRule:
    """`allow_private`: partners in private networks and on this machine are meant to be called (`Settings`)."""

    allow_private: bool

    def objection(self, address: Address) -> str | None:
        """Why the address is not called; None when it may be. Metadata services never are."""
        meant = _meant(address)
        if meant in _METADATA:
            return "a cloud's metadata service"
        if self.allow_private:
            return None
        if meant.is_loopback:
            return "this machine"
        if meant.is_multicast:
            return "a multicast group"
        # Shared (RFC 6598), link-local, unique local, documentation and reserved networks are all not global.
        if not meant.is_global or meant.is_reserved:
            return "not a public address"
        return None


def _meant(address: Address) -> Address:
    """The IPv4 address inside an IPv6 one that only carries it to there."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else None) or address
