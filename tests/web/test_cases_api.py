"""Are cases and prompts written, asked about, kept, looked through, marked and pushed on over the API?"""

from __future__ import annotations

import importlib.util
import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import SecretStr

from liveloop.coach.writing.reveal import LEFT_TO_YOU
from liveloop.web.app import make_app
from liveloop.web.writings import read_writing

from .conftest import BASE, App, FakeEngine, Hand, TestClient, make_drills

CASE = "/api/cases/warnings-nobody-reads"
PROMPT = "/api/prompts/a-mistake-in-production"
TEXT = (
    "First, what is the goal of a warning? I would break the effect down by how often somebody was warned. "
    "I would not use the matched comparison. I recommend that we keep them for the newly warned."
)


def written(app, sections=None, **more) -> dict:
    response = app.post(f"{CASE}/writings", {"sections": sections or {"Page": TEXT}, **more})
    assert response.status_code == 201, response.text
    return app.client.get(f"/api/writings/{response.json()['writing_id']}").json()


def test_the_list_says_how_far_each_is(app):
    page = app.client.get("/api/cases").json()
    assert len(page["cases"]) >= 8 and len(page["prompts"]) >= 12 and page["broken"] == []
    assert {row["state"] for row in page["cases"]} == {"new"}
    app.post(f"{CASE}/ask", {"asked": "Is there a holdout?"})
    written(app)
    app.put(f"{PROMPT}/draft", {"sections": {"Page": "I broke it."}})
    page = app.client.get("/api/cases").json()
    row = next(row for row in page["cases"] if row["slug"] == "warnings-nobody-reads")
    assert (row["state"], row["writings"], row["last"]["of"]) == ("written", 1, 8) and row["last"]["found"] >= 1
    prompt = next(row for row in page["prompts"] if row["slug"] == "a-mistake-in-production")
    assert (prompt["state"], prompt["writings"]) == ("drafted", 0)


def test_a_case_shows_what_the_interviewer_says_and_nothing_sealed(app):
    page = app.client.get(CASE)
    assert page.json()["aids"] == 2 and page.json()["frame"]["steps"][0]["title"] == "Comprehend"
    assert page.json()["draft"] is None and "dismissed" in page.json()["prompt"]
    for sealed in ("random audit", "share of users whose first", "What this case is about"):
        assert sealed not in page.text


def test_what_is_asked_is_told_and_kept(app):
    told = app.post(f"{CASE}/ask", {"asked": "Was there a control group?", "aids": 1}).json()
    assert told["known"] and "600,000" in told["says"]
    assert app.post(f"{CASE}/ask", {"asked": "Who likes it?"}).json()["says"] == LEFT_TO_YOU
    app.put(f"{CASE}/draft", {"sections": {"Comprehend": "So."}, "aids": 1, "seconds": 90})
    draft = app.client.get(CASE).json()["draft"]
    assert [one["says"] for one in draft["asked"]] == ["Was there a control group?", "Who likes it?"]
    assert (draft["aids"], draft["seconds"], draft["sections"]) == (1, 90, {"Comprehend": "So."})
    page = written(app, {"Comprehend": TEXT}, aids=1, seconds=120)
    assert [one["says"] for one in page["asked"]] == ["Was there a control group?", "Who likes it?"]
    assert (page["aids"], page["seconds"], page["minutes"]) == (1, 120, 35)
    assert app.client.get(CASE).json()["draft"] is None


def test_what_was_found_is_highlighted_and_is_no_grade(app):
    page = written(app)
    [section] = page["sections"]
    assert "".join(piece["text"] for piece in section["pieces"]) == TEXT
    found = {one["id"] for one in page["criteria"] if one["found"]}
    assert {key for piece in section["pieces"] for key in piece["criteria"]} >= found and "recommends" in found
    assert {one["id"] for one in page["criteria"] if not one["found"]} >= {"randomise", "later"}
    assert page["score"] is None and "signal" not in page and "grade" not in page
    assert page["after"].startswith("# What this case is about") and page["back"] == "warnings-nobody-reads"


def test_marks_stand_side_by_side_and_the_newest_counts(app):
    page = written(app)
    path = f"/api/writings/{page['id']}/marks"
    everything = {one["id"]: 0.5 for one in page["criteria"]}
    assert app.put(path, {"marks": everything}).json()["score"] == 1.0
    app.put(path, {"marks": {"goal": 0.25}, "by": "peer", "who": "Ada"})
    shown = app.put(path, {"marks": {"goal": 0.75}, "by": "peer", "who": "Ada"}).json()
    marks = next(one["marks"] for one in shown["criteria"] if one["id"] == "goal")
    assert [(mark["by"], mark["who"], mark["mark"]) for mark in marks] == [("self", "", 0.5), ("peer", "Ada", 0.75)]
    assert shown["peers"] == ["Ada"] and shown["score"] is None  # a peer who marked a tenth says nothing of the whole
    for given, words in (
        ({"marks": {"goals": 1}}, "no criterion"),
        ({"marks": {"goal": 0.3}}, "0.3"),
        ({"marks": {"goal": 1}, "by": "peer"}, "without a name"),
        ({"marks": {"goal": 1}, "by": "model"}, ""),
        ({"marks": {"goal": True}}, "number"),
    ):
        response = app.put(path, given)
        assert response.status_code == 422 and words in response.json()["message"], given


def test_pushbacks_come_for_what_is_missing_and_show_what_is_good_after_a_reply(app):
    page = written(app)
    whens = [one["when"] for one in page["pushed"]]
    missing = {one["id"] for one in page["criteria"] if not one["found"]}
    assert whens[-1] == "any" and set(whens) - {"any"} <= missing
    assert all(one["good"] is None for one in page["pushed"])
    says = page["pushed"][0]["says"]
    path = f"/api/writings/{page['id']}/replies"
    shown = app.post(path, {"says": says, "text": "Because intent drives both."}).json()
    first = shown["pushed"][0]
    assert first["good"] and [one["text"] for one in first["replies"]] == ["Because intent drives both."]
    assert len(app.client.get(CASE).json()["writings"]) == 1  # a reply is no version
    assert app.post(path, {"says": "Really?", "text": "x"}).status_code == 422
    assert app.post(path, {"says": says, "text": " "}).status_code == 422
    second = written(app)
    assert all(not one["replies"] for one in second["pushed"])


def test_help_fades_and_can_be_had_back(app):
    strong = read_writing_sample("refusals-fell-after-launch")
    assert app.client.get(CASE).json()["aids"] == 2
    sections = {"Page": strong}
    assert app.post("/api/cases/refusals-fell-after-launch/writings", {"sections": sections}).status_code == 201
    assert app.client.get(CASE).json()["aids"] == 1
    assert written(app, {"Comprehend": TEXT}, aids=2)["aids"] == 2


def read_writing_sample(slug: str) -> str:
    from liveloop.coach.writing import load_cases

    return next(sample.text for sample in load_cases()[slug].samples if sample.file == "strong.md")


def test_a_prompt_is_written_and_looked_through(app):
    page = app.client.get(PROMPT).json()
    assert "mistake" in page["asks"] and page["writings"] == []
    sections = {"Page": "I made a mistake: I joined labels by the wrong clock. It hit 400 users."}
    made = app.post(f"{PROMPT}/writings", {"sections": sections, "seconds": 30}).json()
    shown = app.client.get(f"/api/writings/{made['writing_id']}").json()
    assert shown["sort"] == "prompt" and shown["after"] is None and len(shown["criteria"]) == 5
    assert app.client.get(PROMPT).json()["writings"][0]["words"] == 15


def test_what_a_design_did_is_kept_with_it_and_is_not_the_persons_words(app):
    path = "/api/cases/review-queue-with-finite-people/writings"
    executed = {"Executed design": "I recommend that we roll back. Errors clustered by user."}
    made = app.post(path, {"sections": {"Page": "I do not know yet."} | executed}).json()
    page = app.client.get(f"/api/writings/{made['writing_id']}").json()
    assert [one["name"] for one in page["sections"]] == ["Page", "Executed design"]
    assert not any(piece["criteria"] for piece in page["sections"][1]["pieces"])
    assert app.post(f"{CASE}/writings", {"sections": executed}).status_code == 422  # no design


def test_what_cannot_be_kept_is_refused_with_words(app):
    for path, body, status, words in (
        (f"{CASE}/draft", {"sections": {"Ending": "x"}}, 422, "no section"),
        (f"{CASE}/draft", {"sections": {"Page": "a\0b"}}, 422, "NUL"),
        (f"{CASE}/draft", {"sections": {"Page": "x" * 300_000}}, 413, "bytes"),
        (f"{CASE}/draft", {"sections": {"Page": 7}}, 422, ""),
        (f"{CASE}/draft", {"sections": {}, "aids": 3}, 422, ""),
        (f"{CASE}/draft", {"sections": {}, "second": 3}, 422, "no such field"),
        (f"{PROMPT}/draft", {"sections": {"Comprehend": "x"}}, 422, "no section"),
        ("/api/cases/none/draft", {"sections": {}}, 404, "no case"),
        ("/api/prompts/none/draft", {"sections": {}}, 404, "no prompt"),
    ):
        response = app.put(path, body)
        assert response.status_code == status and words in response.json()["message"], response.text
    assert app.client.app.state.desk.journal.documents() == []


def test_asking_nothing_or_too_much_is_refused(app):
    assert app.post(f"{CASE}/ask", {"asked": "  "}).status_code == 422
    assert app.post(f"{CASE}/ask", {"asked": "x " * 500}).status_code == 413
    assert app.post(f"{CASE}/writings", {"sections": {"Page": " "}}).status_code == 422
    assert app.client.get("/api/writings/wri_none").status_code == 404


def test_ones_own_content_is_there_and_what_is_broken_is_named(settings, tmp_path):
    folder = tmp_path / "content" / "prompts"
    folder.mkdir(parents=True)
    text = (
        'id = "prm_00000000aa"\ntitle = "Mine"\nasks = "Tell me."\nskills = ["behaviour.conflict"]\nminutes = 5\n'
        '[[criterion]]\nid = "a"\ntext = "x"\ngood = "y"\nweight = 1.0\n'
    )
    (folder / "mine.toml").write_text(text)
    (folder / "torn.toml").write_text(text.replace("behaviour.conflict", "behaviour.conflicts"))
    changed = replace(settings, content=(tmp_path / "content",))
    with TestClient(
        make_app(changed, clock=Hand(), engine=FakeEngine(), read_drills=make_drills), base_url=BASE
    ) as one:
        page = one.get("/api/cases").json()
        assert "mine" in {row["slug"] for row in page["prompts"]}
        assert [refusal["message"] for refusal in page["broken"]] == ["unknown skill 'behaviour.conflicts'"]
        before = read_writing.cache_info().misses
        one.get("/api/cases")
        assert read_writing.cache_info().misses == before


class TestModel:
    @pytest.fixture
    def service(self):
        path = Path(__file__).parents[1] / "exam" / "model" / "service.py"
        spec = importlib.util.spec_from_file_location("model_service", path)
        wire = sys.modules["model_service"] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(wire)
        made = wire.Service()

        def mark(received):
            quotes = [TEXT[7:40]]
            given = [{"criterion": key, "quotes": quotes, "why": "Says so.", "mark": 0.5} for key in received.ids]
            return wire.Say(json.dumps({"marks": given}))

        made.use(mark)
        yield made
        made.release.set()
        made.close()

    @pytest.fixture
    def with_model(self, settings, service):
        changed = replace(
            settings,
            model_provider="openai",
            model_url=f"{service.root}/v1",
            model_name="the-model",
            model_key=SecretStr(sys.modules["model_service"].KEY),
            model_price_in=3.0,
            model_price_out=15.0,
        )
        engine, clock = FakeEngine(), Hand()
        with TestClient(make_app(changed, clock=clock, engine=engine, read_drills=make_drills), base_url=BASE) as one:
            yield App(one, engine, clock, changed)

    def test_it_is_off_unless_set_up(self, app):
        page = written(app)
        assert page["model"] is None
        response = app.post(f"/api/writings/{page['id']}/model", {"agreed": ""})
        assert response.status_code == 422 and "no model is set up" in response.json()["message"]

    def test_the_cost_is_shown_and_agreed_to_before_anything_is_sent(self, with_model, service):
        page = written(with_model)
        proposal = page["model"]["proposal"]
        assert proposal["here"] and proposal["model"] == "the-model" and proposal["says"].startswith("at most $")
        path = f"/api/writings/{page['id']}/model"
        assert with_model.post(path, {}).status_code == 422 and service.received == []
        shown = with_model.post(path, {"agreed": proposal["says"]}).json()
        assert len(service.received) == 1 and page["model"]["told"] is None
        told = shown["model"]["told"]
        assert len(told["said"]) == len(page["criteria"]) and told["dollars"] is not None
        given = [mark for one in shown["criteria"] for mark in one["marks"] if mark["by"] == "model"]
        assert given and shown["score"] is None  # a model's marks are never the score
        assert with_model.client.get(f"/api/writings/{page['id']}").json()["model"]["told"] == told

    def test_agreement_with_people_is_measured_and_shown(self, with_model):
        page = written(with_model)
        path = f"/api/writings/{page['id']}"
        with_model.put(f"{path}/marks", {"marks": {one["id"]: 1.0 for one in page["criteria"]}})
        shown = with_model.post(f"{path}/model", {"agreed": page["model"]["proposal"]["says"]}).json()
        assert list(shown["model"]["agreements"]) == ["self"]
        assert "Too few to tell" in shown["model"]["agreements"]["self"]

    def test_a_refusal_is_told_and_nothing_is_kept(self, with_model, service):
        wire = sys.modules["model_service"]
        page = written(with_model)
        service.use(lambda received: wire.Send(500, b"{}"))
        path = f"/api/writings/{page['id']}"
        response = with_model.post(f"{path}/model", {"agreed": page["model"]["proposal"]["says"]})
        assert response.status_code == 422 and response.json()["where"] == "model examiner"
        assert "paid" in response.json()["message"] or "cost" in response.json()["message"]
        shown = with_model.client.get(path).json()
        assert shown["model"]["told"] is None and all(not one["marks"] for one in shown["criteria"])
