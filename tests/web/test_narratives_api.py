"""Are projects written, kept, compared, restored and rehearsed over the API?"""

from __future__ import annotations

import pytest

SECTIONS = {
    "Context": "Support had to decide whether to hire. Users of the free plan waited.",
    "Issue": "Delays were measured as verdicts over cases, by week: 9 hours against 4 before.",
    "Root cause": "The symptom was delay; the cause was a threshold nobody owned. I replayed a week to see it.",
}


@pytest.fixture
def path(app) -> str:
    made = app.post("/api/narratives", {"title": "The queue that grew"})
    assert made.status_code == 201
    path = f"/api/narratives/{made.json()['id']}"
    saved = app.put(path, {"title": "The queue that grew", "sections": SECTIONS})
    assert saved.status_code == 200, saved.text
    return path


def test_a_project_has_six_sections_and_four_minutes(app, path):
    page = app.client.get(path).json()
    assert len(page["sections"]) == 6 and sum(page["planned"].values()) == 240
    assert page["versions"] == [] and not page["kept"] and len(page["pushbacks"]) >= 3
    assert {one["section"] for one in page["criteria"]} == set(page["sections"])
    assert any(one["found"] for one in page["criteria"]) and not all(one["found"] for one in page["criteria"])
    pieces = next(one["pieces"] for one in page["written"] if one["name"] == "Root cause")
    assert "".join(piece["text"] for piece in pieces) == SECTIONS["Root cause"]
    [row] = app.client.get("/api/narratives").json()["narratives"]
    assert (row["title"], row["filled"], row["versions"], row["rehearsals"]) == ("The queue that grew", 3, 0, 0)


def test_versions_are_kept_compared_and_restored(app, path):
    first = app.post(f"{path}/versions", {}).json()["writing_id"]
    assert app.client.get(path).json()["kept"]
    assert "nothing has changed" in app.post(f"{path}/versions", {}).json()["message"]
    changed = SECTIONS | {"Issue": SECTIONS["Issue"].replace("9 hours", "eleven hours")}
    app.put(path, {"title": "The queue that grew", "sections": changed})
    page = app.client.get(f"{path}/compare?before={first}").json()
    issue = next(one for one in page["sections"] if one["name"] == "Issue")
    assert [(one["change"], one["text"]) for one in issue["stretches"] if one["change"] != "same"] == [
        ("gone", " 9"),
        ("new", " eleven"),
    ]
    restored = app.post(f"{path}/restore", {"writing_id": first}).json()
    assert restored["sections"]["Issue"] == SECTIONS["Issue"] and len(restored["versions"]) == 2
    second = restored["versions"][0]["id"]
    back = app.client.get(f"{path}/compare?before={first}&after={second}").json()
    assert "eleven" in str(back)
    shown = app.client.get(f"/api/writings/{first}").json()
    assert shown["sort"] == "narrative" and shown["back"] == path.rpartition("/")[2] and shown["minutes"] is None


def test_a_rehearsal_is_kept_with_its_clock(app, path):
    pushbacks = [one["says"] for one in app.client.get(path).json()["pushbacks"]]
    rehearsing = {
        "part": "Issue",
        "used": {"Context": 50, "Issue": 30, pushbacks[0]: 20},
        "notes": {says: f"note {place}" for place, says in enumerate(pushbacks[:3])},
    }
    whole = {"title": "The queue that grew", "sections": SECTIONS, "planned": {"Context": 60}}
    assert "no rehearsal" in app.post(f"{path}/rehearsals", {}).json()["message"]
    assert app.put(path, whole | {"rehearsing": rehearsing}).status_code == 200
    page = app.client.get(path).json()
    assert page["rehearsing"] == rehearsing and page["planned"]["Context"] == 60
    made = app.post(f"{path}/rehearsals", {}).json()
    shown = app.client.get(f"/api/writings/{made['writing_id']}").json()
    assert shown["laps"][0] == {"name": "Context", "used": 50, "planned": 60} and shown["seconds"] == 100
    notes = {one["says"]: [said["text"] for said in one["replies"]] for one in shown["pushed"]}
    assert [notes[says] for says in pushbacks[:3]] == [["note 0"], ["note 1"], ["note 2"]]
    page = app.client.get(path).json()
    assert page["rehearsing"] is None and page["versions"][0]["rehearsed"]
    assert not {one["says"] for one in page["pushbacks"][:3]} & set(pushbacks[:3])  # others come first the next time


def test_it_leaves_as_markdown_and_can_be_taken_away_while_it_has_no_version(app, path):
    text = app.client.get(f"{path}/text")
    assert text.text.startswith("# The queue that grew\n\n## Context\n\nSupport had")
    assert text.headers["content-type"].startswith("text/markdown")
    made = app.post("/api/narratives", {"title": "Never mind"}).json()["id"]
    assert app.post(f"/api/narratives/{made}/remove", {}).status_code == 200
    assert len(app.client.get("/api/narratives").json()["narratives"]) == 1
    app.post(f"{path}/versions", {})
    assert "stays" in app.post(f"{path}/remove", {}).json()["message"]


def test_what_cannot_be_is_refused_with_words(app, path):
    for body, words in (
        ({"title": " "}, "title has 0"),
        ({"title": "T", "sections": {"Ending": "x"}}, ""),
        ({"title": "T", "sections": {"Issue": "a\0b"}}, "NUL"),
        ({"title": "T", "planned": {"Issue": 1}}, "1 seconds are planned"),
        ({"title": "T", "body": "x"}, "no such field"),
    ):
        response = app.put(path, body)
        assert response.status_code == 422 and words in response.json()["message"], body
    assert app.client.get(path).json()["sections"]["Context"] == SECTIONS["Context"]
    for strange in ("nar_0000000000", "plan"):
        assert app.client.get(f"/api/narratives/{strange}").status_code == 404
        assert app.put(f"/api/narratives/{strange}", {"title": "T"}).status_code == 404
    assert app.client.get(f"{path}/compare?before=wri_none").status_code == 404
    assert app.post(f"{path}/restore", {"writing_id": "wri_none"}).status_code == 404
