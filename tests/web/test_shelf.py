"""Does one broken drill folder leave the others alone?"""

from __future__ import annotations

import shutil

from liveloop.exam.load import find, shelves
from liveloop.web.shelf import read_shelf


def test_a_broken_folder_is_told_and_the_others_are_there(tmp_path, caplog):
    good, other, twin = find()[0], find()[1], find()[2]
    for folder in (good, other, twin):
        shutil.copytree(folder, tmp_path / "all" / "shelf" / folder.name)
    broken = tmp_path / "all" / "shelf" / other.name / "drill.toml"
    broken.write_text(broken.read_text().replace("title =", "titel ="))
    ids = [line for line in (good / "drill.toml").read_text().splitlines() if line.startswith("id")]
    copied = tmp_path / "all" / "shelf" / twin.name / "drill.toml"
    lines = [line for line in copied.read_text().splitlines() if not line.startswith("id")]
    copied.write_text("\n".join([*ids, *lines]))
    shelf = read_shelf(tmp_path / "all")
    assert list(shelf.drills) == [good.name]
    assert "titel" in shelf.broken[0].message and "title" in shelf.broken[0].allowed
    assert "it has the id of" in shelf.broken[1].message
    assert "titel" in caplog.text


def test_a_second_drill_of_the_same_slug(tmp_path):
    good = find()[0]
    shutil.copytree(good, tmp_path / "mine" / "sql" / good.name)
    shelf = read_shelf(shelves(), tmp_path / "mine")
    assert shelf.drills[good.name].folder == good
    assert "slug" in shelf.broken[0].message
