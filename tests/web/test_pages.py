"""Does the built front end reach the browser, safely and small?"""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest

from liveloop.web.pages import MISSING, Bundle

INDEX = '<!doctype html><head><meta name="csp-nonce" content=""></head><body>hello</body>'


@pytest.fixture
def built(app, tmp_path):
    folder = tmp_path / "static"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text(INDEX)
    (folder / "assets" / "main-abc123.js").write_text("let x = 1;\n" * 200)
    (folder / "favicon.svg").write_text("<svg/>")
    (tmp_path / "secret.txt").write_text("secret")
    app.client.app.state.bundle = Bundle(folder)
    return app


def test_without_a_bundle_it_says_what_to_do(app, tmp_path):
    app.client.app.state.bundle = Bundle(tmp_path / "none")
    response = app.client.get("/")
    assert response.status_code == 503 and "make" in response.text


@pytest.mark.parametrize("path", ["/", "/index.html", "/drills/warned-retention", "/progress"])
def test_every_address_gives_the_page_with_a_nonce_of_its_own(built, path):
    first, second = built.client.get(path), built.client.get(path)
    nonces = [re.search(r'content="(.+?)"', page.text).group(1) for page in (first, second)]
    assert nonces[0] != nonces[1]
    assert f"'nonce-{nonces[0]}'" in first.headers["content-security-policy"]
    assert first.headers["cache-control"] == "no-store"


def test_hashed_files_are_kept_for_ever_and_packed(built):
    response = built.client.get("/assets/main-abc123.js")
    assert "immutable" in response.headers["cache-control"]
    assert response.headers["content-encoding"] == "gzip" and response.text.startswith("let x")
    assert response.headers["content-type"].startswith("application/javascript")
    plain = built.client.get("/assets/main-abc123.js", headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers and len(gzip.compress(plain.content)) < len(plain.content)
    again = built.client.get("/assets/main-abc123.js", headers={"if-none-match": response.headers["etag"]})
    assert again.status_code == 304 and again.content == b""


def test_other_files_are_asked_for_again(built):
    assert built.client.get("/favicon.svg").headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    "path", ["/../secret.txt", "/%2e%2e/secret.txt", "/assets/../../secret.txt", "/..%2fsecret.txt"]
)
def test_nothing_outside_the_bundle_leaves(built, path):
    assert "secret" not in built.client.get(path).text


def test_a_missing_file_is_not_the_page(built):
    assert built.client.get("/assets/old-999.js").status_code == 404


def test_a_new_build_is_seen(built, tmp_path):
    assert "hello" in built.client.get("/").text
    index = tmp_path / "static" / "index.html"
    index.write_text(INDEX.replace("hello", "again"))
    import os

    os.utime(index, ns=(1, 1))
    assert "again" in built.client.get("/").text


def test_the_words_for_a_missing_front_end_name_what_can_be_made():
    targets = re.findall(r"^([a-z-]+):", (Path(__file__).parents[2] / "Makefile").read_text(), re.MULTILINE)
    named = re.findall(r"make ([a-z-]+)", MISSING)
    assert named and set(named) <= set(targets)
