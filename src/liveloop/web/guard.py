"""Who may ask, and how much may they send?

The app listens on this machine only, yet every site that the candidate visits can make the browser send requests here.
So: the Host header must be one of ours (a name that an attacker points at 127.0.0.1 is not), a request that the browser
says comes from another site is refused, and whoever changes something must show the token that only our pages can read.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from liveloop.web.shapes import Refusal
from liveloop.web.token import COOKIE, HEADER, accepts

LOOPBACK = ("localhost", "127.0.0.1", "[::1]", "::1")
SAFE = ("GET", "HEAD")  # pages answer a HEAD as they answer a GET, without its body; the interface answers none
MUTATING = ("POST", "PUT", "PATCH", "DELETE")
DRAINED_BYTES = 64_000_000  # read and dropped, so that the sender gets to read our answer
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'{nonce}; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'none'"
)
HEADERS = {
    "content-security-policy": POLICY.format(nonce=""),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}


class Guard:
    """Refuse what is not ours before anything reads it, and put the security headers on every response.

    `longer_bodies` gives the paths whose bodies may be longer than the others'.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        secret: bytes,
        hosts: Iterable[str],
        longest_body_bytes: int,
        longer_bodies: Mapping[str, int],
    ) -> None:
        self.app, self.secret, self.longest, self.longer = app, secret, longest_body_bytes, longer_bodies
        self.hosts = frozenset(LOOPBACK) | {host.lower() for host in hosts}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Guard one request."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                if scope["path"].startswith("/api"):
                    headers.setdefault("cache-control", "no-store")
            if scope["method"] == "HEAD" and message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        refusal = self.refuse(scope)
        if refusal is not None:
            await drain(scope, receive)
        body = refusal or await self.refuse_body(scope, receive)
        if isinstance(body, tuple):
            await answer(send_with_headers, *body)
        else:
            read = {**scope, "method": "GET"} if scope["method"] == "HEAD" else scope
            await self.app(read, body or receive, send_with_headers)

    def refuse(self, scope: Scope) -> tuple[int, Refusal] | None:
        """Refuse by the headers alone."""
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if host_name(host) not in self.hosts:
            return 421, Refusal("this app does not answer to that host name", "Host", "localhost, 127.0.0.1, [::1]")
        if not scope["path"].startswith("/api"):
            return None if scope["method"] in SAFE else (405, Refusal("pages can only be read", "method", "GET, HEAD"))
        site = headers.get("sec-fetch-site", "same-origin")
        if site not in ("same-origin", "none"):
            return 403, Refusal("the request comes from another site", "Sec-Fetch-Site", "same-origin")
        if scope["method"] == "GET":
            return None
        return self.refuse_change(scope["method"], headers, host)

    def refuse_change(self, method: str, headers: Headers, host: str) -> tuple[int, Refusal] | None:
        """Refuse a request that changes something and does not come from our own page."""
        if method not in MUTATING:
            return 405, Refusal(f"the method {method[:20]} is not known", "method", ", ".join(("GET", *MUTATING)))
        origin = headers.get("origin")
        if origin is not None and origin_host(origin) != host.lower():
            return 403, Refusal("the request comes from another origin", "Origin", f"http://{host}")
        token, cookie = headers.get(HEADER, ""), read_cookie(headers)
        same = hmac.compare_digest(token.encode(), cookie.encode())
        if not token or not same or not accepts(self.secret, token):
            allowed = "the token of GET /api/session, in this header and in its cookie"
            return 403, Refusal("the token is missing or not ours", HEADER, allowed)
        kind = headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind != "application/json":
            return 415, Refusal("the body must be JSON", "Content-Type", "application/json")
        return None

    async def refuse_body(self, scope: Scope, receive: Receive) -> tuple[int, Refusal] | Receive | None:
        """Read a body that is not longer than allowed and give it again, or refuse it; None when there is none."""
        if scope["method"] in SAFE:
            return None
        longest = self.longer.get(scope["path"], self.longest)
        stated = Headers(scope=scope).get("content-length", "0")
        too_long = not stated.isdigit() or int(stated) > longest
        body, read, more = bytearray(), 0, True
        while more and read <= max(DRAINED_BYTES, longest):
            message = await receive()
            if message["type"] != "http.request":
                break
            chunk, more = message.get("body", b""), message.get("more_body", False)
            read += len(chunk)
            too_long = too_long or read > longest
            if not too_long:
                body += chunk
        if too_long:
            return 413, Refusal("the body is too long", "body", f"at most {longest} bytes")
        return refuse_encoding(body) or replay(bytes(body), receive)


def refuse_encoding(body: bytearray) -> tuple[int, Refusal] | None:
    """Refuse a body that is not UTF-8."""
    try:
        body.decode("utf-8")
    except UnicodeDecodeError as refusal:
        return 400, Refusal(f"the body is not UTF-8 at byte {refusal.start}", "body", "JSON in UTF-8")
    return None


def replay(body: bytes, receive: Receive) -> Receive:
    """Give a body that was read once more, then whatever comes."""
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


async def drain(scope: Scope, receive: Receive) -> None:
    """Read and drop what is still being sent, up to a bound."""
    if scope["method"] in SAFE:
        return
    dropped = 0
    while dropped < DRAINED_BYTES:
        message = await receive()
        dropped += len(message.get("body", b""))
        if message["type"] != "http.request" or not message.get("more_body", False):
            return


async def answer(send: Send, status: int, refusal: Refusal) -> None:
    """Answer with a refusal."""
    body = json.dumps(asdict(refusal)).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def host_name(host: str) -> str:
    """Take the port off a Host header.

    Examples
    --------
    >>> host_name("localhost:8765"), host_name("[::1]:80"), host_name("evil.example")
    ('localhost', '[::1]', 'evil.example')
    """
    name, colon, port = host.lower().rpartition(":")
    return name if colon and port.isdigit() and (name.endswith("]") or ":" not in name) else host.lower()


def origin_host(origin: str) -> str:
    """Take host and port out of an Origin header; nothing from one that is no address.

    Examples
    --------
    >>> origin_host("http://localhost:8765"), origin_host("null"), origin_host("http://[")
    ('localhost:8765', '', '')
    """
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return ""


def read_cookie(headers: Headers) -> str:
    """Read our token from the cookies, as the session's page reads it.

    The cookies of every app on this machine come along, and some are in a form that a strict reader gives up on.
    """
    cookies: dict[str, str] = {}
    for header in headers.getlist("cookie"):
        cookies.update(cookie_parser(header))
    return cookies.get(COOKIE, "")
