"""Does a new file appear whole or not at all?"""

from __future__ import annotations

from pathlib import Path

import pytest

from liveloop.base.errors import BadInput
from liveloop.base.newfile import new_file


def write(path):
    with new_file(path) as file:
        file.write(b"whole")


@pytest.mark.parametrize("links", [True, False])
def test_it_has_its_name_only_when_it_is_whole(tmp_path, monkeypatch, links):
    if not links:
        monkeypatch.setattr(Path, "hardlink_to", refuse_links)
    path = tmp_path / "out.zip"
    with new_file(path) as file:
        file.write(b"whole")
        assert not path.exists()
    assert path.read_bytes() == b"whole"
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [path]
    with pytest.raises(BadInput, match="there already"):
        write(path)


def refuse_links(self, target):
    raise PermissionError(1, "Operation not permitted")


@pytest.mark.parametrize("links", [True, False])
def test_a_file_that_came_meanwhile_stays(tmp_path, monkeypatch, links):
    if not links:
        monkeypatch.setattr(Path, "hardlink_to", refuse_links)
    path = tmp_path / "out.zip"
    with pytest.raises(BadInput, match="there already"), new_file(path) as file:
        file.write(b"mine")
        path.write_bytes(b"theirs")
    assert path.read_bytes() == b"theirs"
    assert list(tmp_path.iterdir()) == [path]


def test_one_that_stops_halfway_leaves_nothing(tmp_path):
    with pytest.raises(ZeroDivisionError), new_file(tmp_path / "out.zip") as file:
        file.write(b"half")
        file.flush()
        raise ZeroDivisionError
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("place", ["none/out.zip", "a.txt/out.zip", "n" * 300])
def test_where_none_can_be_made(tmp_path, place):
    (tmp_path / "a.txt").write_text("")
    with pytest.raises(BadInput, match="cannot be written"):
        write(tmp_path / place)


@pytest.mark.parametrize("place", ["", ".", "/", ".."])
def test_what_is_no_name_of_a_file(place):
    with pytest.raises(BadInput, match="no name of a file"):
        write(Path(place))
