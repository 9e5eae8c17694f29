"""How does the built front end reach the browser?

The bundle is read once and kept in memory with its compressed form. Hashed files never change and may be kept for ever;
the page itself may not, and carries a fresh nonce for the styles that the editor adds.
"""

from __future__ import annotations

import gzip
import mimetypes
import secrets
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from threading import Lock

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from liveloop.web.guard import POLICY

STATIC = Path(__file__).parent / "static"
NONCE = '<meta name="csp-nonce" content="">'
WORTH_COMPRESSING = ("text/", "application/javascript", "application/json", "image/svg+xml")
MISSING = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>liveloop</title></head><body>
<h1>The pages are not built</h1>
<p>The app runs, but its front end is missing. In a checkout, <code>make bundle</code> (or <code>make run</code>)
builds it; then reload this page. The interface for programs is at
<a href="/api/openapi.json">/api/openapi.json</a>.</p>
</body></html>"""

mimetypes.add_type("application/javascript", ".js")
mimetypes.add_type("font/woff2", ".woff2")
router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class File:
    """One file of the bundle."""

    data: bytes
    packed: bytes | None
    kind: str
    tag: str
    hashed: bool


class Bundle:
    """The files of a folder, and no others: a path that is not among them does not exist."""

    def __init__(self, folder: Path = STATIC) -> None:
        self.folder = folder
        self._files: dict[str, File] = {}
        self._built_at = 0
        self._lock = Lock()

    def files(self) -> dict[str, File]:
        """Give the files by path; read again when the bundle was built anew."""
        index = self.folder / "index.html"
        built_at = index.stat().st_mtime_ns if index.is_file() else 0
        with self._lock:
            if built_at != self._built_at:
                paths = [path for path in sorted(self.folder.rglob("*")) if path.is_file()]
                self._files = {path.relative_to(self.folder).as_posix(): read_file(path) for path in paths}
                self._built_at = built_at
            return self._files if built_at else {}


def read_file(path: Path) -> File:
    """Read one file and compress it when that is worth it."""
    data = path.read_bytes()
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    packed = gzip.compress(data, 9, mtime=0) if kind.startswith(WORTH_COMPRESSING) and len(data) > 512 else None
    return File(data, packed, kind, f'"{sha256(data).hexdigest()[:20]}"', path.parent.name == "assets")


@router.get("/{path:path}")
def get_page(path: str, request: Request) -> Response:
    """Give a file of the bundle, or the one page that all addresses share."""
    if path == "api" or path.startswith("api/"):
        raise HTTPException(404, f"there is nothing at /{path[:100]}")
    bundle = request.app.state.bundle
    assert isinstance(bundle, Bundle)
    files = bundle.files()
    if path in files and path != "index.html":
        return give_file(files[path], request)
    if path.startswith("assets/"):
        raise HTTPException(404, f"there is nothing at /{path[:100]}")
    if "index.html" not in files:
        return Response(MISSING, 503, media_type="text/html")
    return give_index(files["index.html"])


def give_file(file: File, request: Request) -> Response:
    """Give a file, compressed when the browser takes that."""
    caching = "public, max-age=31536000, immutable" if file.hashed else "no-cache"
    headers = {"cache-control": caching, "etag": file.tag, "vary": "accept-encoding"}
    if request.headers.get("if-none-match") == file.tag:
        return Response(status_code=304, headers=headers)
    if file.packed is not None and "gzip" in request.headers.get("accept-encoding", ""):
        return Response(file.packed, headers=headers | {"content-encoding": "gzip"}, media_type=file.kind)
    return Response(file.data, headers=headers, media_type=file.kind)


def give_index(index: File) -> Response:
    """Give the page with a nonce of its own."""
    nonce = secrets.token_urlsafe(18)
    page = index.data.decode("utf-8").replace(NONCE, NONCE.replace('""', f'"{nonce}"'))
    headers = {
        "content-security-policy": POLICY.format(nonce=f" 'nonce-{nonce}'"),
        "cache-control": "no-store",
    }
    return Response(page, headers=headers, media_type="text/html")
