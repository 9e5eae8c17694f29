"""How is one request sent, and what is said when it fails on the way?

The key and the text go to the address of the settings and nowhere else: no redirect is followed. What comes back is
bounded, and read as it is: a packed body, which could be a thousand times larger than it looks, is refused.
"""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from dataclasses import dataclass

import httpx

from liveloop.exam.model.access import Access, Bounds
from liveloop.exam.model.cord import Cord
from liveloop.exam.model.nomarks import NoMarks

LATER = "another try later"


class Unreached(NoMarks):
    """Say that no connection was made, so that nothing was sent."""


@dataclass(frozen=True)
class Heard:
    """What came back: status, the head with names in lower case, the body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Line:
    """The line to a service: the client, what bounds it, the cord that ends it."""

    client: httpx.Client
    bounds: Bounds
    cord: Cord

    def post(self, url: str, headers: dict[str, str], body: bytes) -> Heard:
        """Send one request and read what comes back."""
        bounds = self.bounds
        times = httpx.Timeout(bounds.read_seconds, connect=bounds.connect_seconds)
        extensions = {"trace": self.cord.hear, "timeout": times.as_dict()}
        request = httpx.Request("POST", url, headers=headers, content=body, extensions=extensions)
        try:
            response = self.client.send(request, stream=True, auth=None, follow_redirects=False)
            try:
                return Heard(response.status_code, response.headers, read_body(response, bounds.most_bytes))
            finally:
                response.close()
        except (httpx.ConnectError, httpx.ConnectTimeout) as refusal:
            allowed = f"a service that answers at LIVELOOP_MODEL_URL, or {LATER}"
            raise Unreached(word(refusal, url.split("/")[2], bounds), allowed=allowed) from None
        except httpx.HTTPError as refusal:
            raise NoMarks(word(refusal, url.split("/")[2], bounds), allowed=LATER) from None


def open_client(access: Access) -> httpx.Client:
    """Open a client. The proxies of the environment hold for services elsewhere, never for this machine."""
    if access.url.startswith("http:"):  # on this machine: trust in nobody's certificates, which takes no time to load
        return httpx.Client(trust_env=False, verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))
    return httpx.Client(trust_env=not access.here)


def read_body(response: httpx.Response, most_bytes: int) -> bytes:
    """Read a body up to a bound."""
    packing = response.headers.get("content-encoding", "identity")
    if packing not in ("", "identity"):
        raise NoMarks(
            "the service sent a packed body, which was not asked for", allowed="a service that sends plain JSON"
        )
    body = bytearray()
    for chunk in response.iter_raw():
        body += chunk
        if len(body) > most_bytes:
            raise NoMarks(f"the service sent more than {most_bytes:,} bytes", allowed=f"at most {most_bytes:,} bytes")
    return bytes(body)


def word(refusal: httpx.HTTPError, host: str, bounds: Bounds) -> str:
    """Word what happened on the way; the request, which holds the key, is not part of it."""
    if isinstance(refusal, httpx.ConnectTimeout):
        return f"no connection to {host} within {bounds.connect_seconds:g} s"
    if isinstance(refusal, httpx.TimeoutException):
        return f"nothing came from {host} for {bounds.read_seconds:g} s"
    if insecure := tls_words(refusal):
        return f"no safe connection to {host}: {insecure}"
    if isinstance(refusal, httpx.ConnectError):
        return f"{host} cannot be reached"
    return f"the connection to {host} broke"


def tls_words(refusal: BaseException | None) -> str:
    """Say what was wrong with a certificate or a handshake; empty when it was something else."""
    while refusal is not None:
        if isinstance(refusal, ssl.SSLCertVerificationError):
            return f"its certificate is not valid ({refusal.verify_message})"
        if isinstance(refusal, ssl.SSLError):
            return "it does not speak TLS as it should"
        refusal = refusal.__cause__ or refusal.__context__
    return ""
