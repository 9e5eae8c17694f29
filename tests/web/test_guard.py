"""Can another site, or another name, make the app do something?"""

from __future__ import annotations

import pytest
from starlette.datastructures import Headers

from liveloop.web.guard import host_name, read_cookie
from liveloop.web.token import accepts, make_token, read_secret

HAND_IN = "/api/drills/warned-retention/attempts"


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8765", "", "127.0.0.1.evil.example", "localhost.evil:80"]
)
def test_other_hosts_are_refused(app, host):
    for path in ("/", "/health", "/api/session"):
        assert app.client.get(path, headers={"host": host}).status_code == 421


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8765", "127.0.0.1:1", "[::1]:8765", "[::1]"])
def test_our_hosts_are_taken(app, host):
    assert app.client.get("/health", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"origin": "http://127.0.0.1:9999"},
        {"origin": "null"},
        {"origin": "http://["},
        {"origin": "http://127.0.0.1:8765@evil.example"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"X-CSRF-Token": ""},
        {"X-CSRF-Token": "forged.token"},
        {"X-CSRF-Token": "é"},
        {"content-type": "text/plain"},
        {"content-type": "multipart/form-data"},
    ],
)
def test_changes_from_elsewhere_are_refused(app, headers):
    given = app.token() | {"content-type": "application/json"} | headers
    given = {name: value.encode() for name, value in given.items()}
    response = app.client.post(HAND_IN, content=b'{"text": "select 1"}', headers=given)
    assert response.status_code in (403, 415) and response.json()["message"]
    assert app.client.app.state.desk.journal.entries() == []


def test_a_token_without_its_cookie_is_refused(app):
    token = app.token()
    app.client.cookies.clear()
    assert app.client.post(HAND_IN, json={"text": "x"}, headers=token).status_code == 403


def test_a_pair_that_is_not_ours_is_refused(app):
    forged = make_token(b"another secret")
    headers = {"X-CSRF-Token": forged, "cookie": f"liveloop_csrf={forged}"}
    assert app.client.post(HAND_IN, json={"text": "x"}, headers=headers).status_code == 403


def test_our_own_page_is_taken(app):
    headers = app.token() | {"origin": "http://127.0.0.1:8765", "sec-fetch-site": "same-origin"}
    assert app.client.post(HAND_IN, json={"text": "x"}, headers=headers).status_code == 202


def test_reading_from_another_site_is_refused(app):
    assert app.client.get("/api/today", headers={"sec-fetch-site": "cross-site"}).status_code == 403
    assert app.client.get("/", headers={"sec-fetch-site": "cross-site"}).status_code != 403  # a link to us is fine


@pytest.mark.parametrize("method", ["OPTIONS", "TRACE", "PROPFIND"])
def test_other_methods_are_refused(app, method):
    assert app.client.request(method, "/api/today").status_code == 405
    assert app.client.post("/", headers=app.token()).status_code == 405


def test_pages_answer_a_head_as_a_get_without_its_body(app):
    for path in ("/", "/health", "/drills", "/assets/none.js"):
        read, head = app.client.get(path), app.client.head(path)
        assert (head.status_code, head.content) == (read.status_code, b"")
        assert head.headers["content-type"] == read.headers["content-type"]
        assert head.headers["content-length"] == read.headers["content-length"]
        assert head.headers["x-content-type-options"] == "nosniff"


def test_the_interface_answers_no_head_and_says_what_it_answers(app):
    response = app.client.request("PROPFIND", "/api/today")
    assert response.json()["allowed"] == "GET, POST, PUT, PATCH, DELETE"
    assert app.client.head("/api/today").status_code == 405


def test_every_response_carries_the_headers(app):
    for path in ("/", "/health", "/api/session", "/api/none", "/api/attempts/none"):
        headers = app.client.get(path).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cross-origin-opener-policy"] == "same-origin"
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert "access-control-allow-origin" not in headers
    refused = app.client.get("/", headers={"host": "evil.example"})
    assert refused.headers["x-content-type-options"] == "nosniff"


def test_host_names():
    assert host_name("evil.example:x") == "evil.example:x"
    assert host_name("::1") == "::1"


@pytest.mark.parametrize(
    "odd", ["{}=1", "a=b", 'theme={"dark": true}', "a b=c", "plain", "a[0]=x", 'q="x', "é=ü", "\x00="]
)
def test_odd_cookies_of_other_apps_do_not_hide_ours(app, odd):
    token = app.token()["X-CSRF-Token"]
    for cookies in (f"{odd}; liveloop_csrf={token}", f"liveloop_csrf={token}; {odd}"):
        headers = {"X-CSRF-Token": token.encode(), "cookie": cookies.encode()}
        assert app.client.post(HAND_IN, json={"text": "x"}, headers=headers).status_code == 202
        assert app.client.get("/api/session", headers=headers).json()["csrf_token"] == token


def test_no_cookie_is_no_token():
    for header in ("", "\x00=;;", "other=1"):
        assert read_cookie(Headers({"cookie": header})) == ""
    two = [(b"cookie", b"a=b"), (b"cookie", b"liveloop_csrf=t.s")]
    assert read_cookie(Headers(raw=two)) == "t.s"


def test_the_secret_outlives_a_restart(tmp_path):
    token = make_token(read_secret(tmp_path))
    assert accepts(read_secret(tmp_path), token)
    assert (tmp_path / "secret").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["secret"]


def test_a_secret_cut_short_is_made_anew(tmp_path):
    (tmp_path / "secret").write_bytes(b"")
    assert len(read_secret(tmp_path)) == 32
