"""Does the API give the library, narrowed as asked, with the person's own beside what ships?"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from liveloop.web.app import make_app
from liveloop.web.library import read_library

from .conftest import BASE, FakeEngine, Hand, TestClient, make_drills

FILE = """
id = "ref_0000000001"
title = "A paper of mine"
authors = ["Me", "others"]
year = 2026
venue = "Desk"
citation = "Me (2026). A paper of mine."
skills = ["stats.rates"]
drills = ["warned-retention", "cheapest-threshold"]
claim = "It is mine."
summary = "A **summary**."
takes = ["Say it."]
"""


@pytest.fixture
def mine(settings, tmp_path: Path):
    folder = tmp_path / "content"
    (folder / "library").mkdir(parents=True)
    (folder / "library" / "mine.toml").write_text(FILE)
    (folder / "library" / "torn.toml").write_text(FILE.replace("stats.rates", "stats.rats"))
    made = make_app(replace(settings, content=(folder,)), clock=Hand(), engine=FakeEngine(), read_drills=make_drills)
    with TestClient(made, base_url=BASE) as client:
        yield client


def test_the_whole_library(app):
    page = app.client.get("/api/library").json()
    assert len(page["references"]) >= 20 and page["broken"] == []
    assert {card["theme"] for card in page["references"]} == {theme["id"] for theme in page["themes"]}
    titles = [card["title"].casefold() for card in page["references"]]
    assert titles == sorted(titles)
    cuped = next(card for card in page["references"] if card["slug"] == "cuped")
    assert cuped["cited_as"] == "Deng et al. (2013)" and 0 < cuped["seen"] <= cuped["figures"]


@pytest.mark.parametrize(
    ("query", "there", "absent"),
    [
        ("skill=stats.cuped", "cuped", "xstest"),
        ("q=Lykouris", "learning-to-defer-in-content-moderation", "cuped"),
        ("q=refusal&skill=ml.over-refusal", "xstest", "cuped"),
    ],
)
def test_filters(app, query, there, absent):
    page = app.client.get(f"/api/library?{query}").json()
    slugs = {card["slug"] for card in page["references"]}
    assert there in slugs and absent not in slugs
    whole = app.client.get("/api/library").json()
    assert page["skills"] == whole["skills"]  # every skill stays on offer


def test_a_filter_counts_what_it_will_show(app):
    for skill in app.client.get("/api/library").json()["skills"][:5]:
        shown = app.client.get(f"/api/library?skill={skill['id']}").json()["references"]
        assert len(shown) == skill["references"]


def test_nothing_matches(app):
    page = app.client.get("/api/library?q=zzzz").json()
    assert page["references"] == [] and page["themes"] == []


def test_one_reference(app):
    page = app.client.get("/api/library/constitutional-classifiers").json()
    assert page["year"] == 2025 and page["arxiv"] == "2501.18837"
    assert {figure["seen"] for figure in page["figures"]} == {True, False}
    assert all(figure["source"] for figure in page["figures"])
    assert all(card["front"] and card["back"] for card in page["cards"])
    assert page["drills"] == []  # the drills of this app are others


def test_an_unknown_reference(app):
    answer = app.client.get("/api/library/no-such")
    assert answer.status_code == 404 and "no-such" in answer.json()["message"]


def test_ones_own_references_stand_beside_and_a_broken_file_is_named(mine):
    page = mine.get("/api/library").json()
    assert "mine" in {card["slug"] for card in page["references"]}
    assert len(page["references"]) > 20
    (refusal,) = page["broken"]
    assert (
        "stats.rats" in refusal["message"] and "torn.toml" in refusal["where"] and "stats.rates" in refusal["allowed"]
    )
    shown = mine.get("/api/library/mine").json()
    assert shown["drills"] == [{"slug": "warned-retention", "title": "Warned retention"}]
    assert shown["figures"] == [] and shown["cards"] == [] and shown["doi"] == ""


def test_the_library_is_read_once(app):
    app.client.get("/api/library")
    before = read_library.cache_info().misses
    app.client.get("/api/library?q=cuped")
    assert read_library.cache_info().misses == before
