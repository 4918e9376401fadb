"""What sign-in remembers of a device: its kind and its network, never more."""

from __future__ import annotations

import ipaddress
import re

_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
)


def device_words(user_agent: str) -> str:
    """Return "Firefox on Linux" for a browser's long self-description.

    Example
    -------
    >>> device_words("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")
    'Firefox on Linux'
    """
    if re.fullmatch(r"[A-Z]\w+ on [A-Z]\w+(?: \w+)?", user_agent):
        return user_agent
    browser = next((word for sign, word in _BROWSERS if sign in user_agent), "Something else")
    system = next((word for sign, word in _SYSTEMS if sign in user_agent), "an unknown device")
    return f"{browser} on {system}"


def coarse_address(address: str) -> str:
    """Return the network of an address: 24 bits of IPv4, 48 bits of IPv6.

    Example
    -------
    >>> coarse_address("192.0.2.77")
    '192.0.2.0'
    """
    parsed = ipaddress.ip_address(address)
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped:
        parsed = parsed.ipv4_mapped
    bits = 24 if parsed.version == 4 else 48
    return str(ipaddress.ip_network(f"{parsed}/{bits}", strict=False).network_address)
