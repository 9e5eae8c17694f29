"""Is a scratch emptied, whatever a job left in it?"""

from __future__ import annotations

import os
from pathlib import Path

from liveloop.exam.sandbox import scratch


def test_everything_goes_and_no_link_is_followed(tmp_path):
    kept = tmp_path / "kept"
    kept.mkdir()
    (kept / "file").write_text("x")
    own = tmp_path / "own"
    (own / "a" / "b" / "c").mkdir(parents=True)
    (own / "a" / "file").write_text("x")
    (own / "a" / "b" / "link").symlink_to(kept)
    (own / "link").symlink_to(kept)
    (own / "loop").symlink_to("loop")
    (own / "a" / "b").chmod(0)
    scratch.empty(str(own))
    assert list(own.iterdir()) == []
    assert (kept / "file").read_text() == "x"


def test_a_path_longer_than_a_call_takes_is_emptied(tmp_path):
    own = tmp_path / "own"
    own.mkdir()
    here = Path.cwd()
    try:
        os.chdir(own)
        for _ in range(2500):
            Path("d").mkdir()
            os.chdir("d")
    finally:
        os.chdir(here)
    assert scratch.weigh(str(own)) == 0
    scratch.empty(str(own))
    assert list(own.iterdir()) == []


def test_the_weight_is_what_the_disk_holds(tmp_path, monkeypatch):
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "file").write_bytes(os.urandom(1 << 20))
    (tmp_path / "link").symlink_to("/")
    assert 1 << 20 <= scratch.weigh(str(tmp_path)) < 2 << 20
    monkeypatch.setattr(scratch, "MOST_FILES", 1)
    assert scratch.weigh(str(tmp_path)) > 1 << 60
