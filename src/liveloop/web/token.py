"""Did this page come from us? A token that only our own pages can read, and that no other site can make."""

from __future__ import annotations

import hmac
import os
import secrets
from pathlib import Path

COOKIE = "liveloop_csrf"
HEADER = "X-CSRF-Token"
LENGTH = 32


def read_secret(home: Path) -> bytes:
    """Read the home's secret, made when missing or cut short, so that a token outlives a restart of the app."""
    path = home / "secret"
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.is_file() or path.stat().st_size != LENGTH:
        fresh = home / f"secret.{secrets.token_hex(4)}"
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(LENGTH))
        fresh.replace(path)
    return path.read_bytes()


def make_token(secret: bytes) -> str:
    """Make a token.

    Examples
    --------
    >>> accepts(b"secret", make_token(b"secret")), accepts(b"other", make_token(b"secret"))
    (True, False)
    """
    dice = secrets.token_hex(16)
    return f"{dice}.{sign(secret, dice)}"


def accepts(secret: bytes, token: str) -> bool:
    """Say whether the token was made with this secret."""
    dice, _, signature = token.partition(".")
    return token.isascii() and hmac.compare_digest(sign(secret, dice), signature)


def sign(secret: bytes, dice: str) -> str:
    """Sign."""
    return hmac.new(secret, dice.encode("ascii", "replace"), "sha256").hexdigest()
