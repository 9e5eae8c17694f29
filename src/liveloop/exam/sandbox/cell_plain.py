"""What does a bare piece of Python bind to `result`? For trying the mechanism, not for attempts."""

from __future__ import annotations


def main(payload: bytes) -> bytes:  # pragma: no cover - runs in the job
    """Run the payload as a module and give back what it bound to `result`, as text."""
    space: dict[str, object] = {"__name__": "attempt"}
    exec(compile(payload, "<attempt>", "exec"), space)
    return repr(space.get("result")).encode()
