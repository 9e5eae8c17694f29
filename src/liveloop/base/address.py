"""May a key be sent to this address of the web?"""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

from liveloop.base.errors import BadInput

ALLOWED = "https://host/path, or http:// on this machine (localhost, 127.0.0.1, [::1])"


def read_address(where: str, value: str) -> str:
    """Read the address of a service: https, or http on this machine only; without a name, a query or a fragment in it.

    What may hold a password or a key is refused without being repeated.

    Examples
    --------
    >>> read_address("URL", "https://models.example/v1/")
    'https://models.example/v1'
    >>> read_address("URL", "http://models.example/v1")
    Traceback (most recent call last):
    liveloop.base.errors.BadInput: URL: http to models.example would send the key in the clear. Allowed: \
https://host/path, or http:// on this machine (localhost, 127.0.0.1, [::1]).
    """
    try:
        parts = urlsplit(value)
        host, _ = parts.hostname, parts.port  # a port that is no number is refused by its look-up
    except ValueError:
        raise BadInput("it is no address of the web", where=where, allowed=ALLOWED) from None
    if not host or parts.scheme not in ("http", "https") or not value.isprintable() or " " in value or "\\" in value:
        raise BadInput("it is no address of the web", where=where, allowed=ALLOWED)
    if "@" in parts.netloc or "?" in value or "#" in value:
        raise BadInput("it holds a name, a query or a fragment", where=where, allowed=ALLOWED)
    if parts.scheme == "http" and not stays_here(value):
        raise BadInput(f"http to {host} would send the key in the clear", where=where, allowed=ALLOWED)
    return value.rstrip("/")


def stays_here(address: str) -> bool:
    """Say whether an address is one of this machine.

    Examples
    --------
    >>> stays_here("http://127.0.0.1:11434/v1"), stays_here("https://127.0.0.1.example")
    (True, False)
    """
    host = urlsplit(address).hostname or ""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
