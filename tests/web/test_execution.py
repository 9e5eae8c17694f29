"""Do the pages work with the real exam, in the real sandbox?"""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from tests.coach.conftest import make_attempt
from tests.web.conftest import BASE, App, FakeEngine, TestClient

from liveloop.base.clock import system_clock
from liveloop.base.errors import BadInput
from liveloop.base.settings import Settings
from liveloop.exam.load import load_all
from liveloop.web.app import make_app
from liveloop.web.execution import Execution


@pytest.fixture(scope="module")
def drills():
    return load_all()


@pytest.fixture(scope="module")
def app(tmp_path_factory, sandbox) -> Iterator[App]:
    settings = Settings(tmp_path_factory.mktemp("real") / "home")
    with TestClient(make_app(settings, sandbox=sandbox), base_url=BASE) as client:
        yield App(client, FakeEngine(), system_clock, settings)


def first(drills, kind):
    return next((drill for drill in drills.values() if drill.kind == kind), None)


@pytest.mark.parametrize("kind", ["sql", "python"])
def test_the_workspace_shows_what_may_be_seen(app, drills, kind):
    drill = first(drills, kind)
    page = app.client.get(f"/api/drills/{drill.slug}").json()
    assert page["tables"] and page["prompt"] == drill.prompt
    shown = [table for table in page["tables"] if table["columns"]]
    assert all(table["sample"]["rows"] and len(table["sample"]["rows"]) <= 5 for table in shown)
    for table in shown:
        assert table["sample"]["columns"] == [column["name"] for column in table["columns"]]
    assert drill.reference.strip() not in str(page)


@pytest.mark.parametrize("kind", ["sql", "python"])
def test_a_sample_comes_out_as_its_name_says(app, drills, kind):
    drill = first(drills, kind)
    clean = next(sample for sample in drill.samples if not sample.expected)
    wrong = next(sample for sample in drill.samples if sample.expected == ("disagrees",) or sample.expected)
    page = app.debriefed(clean.text, drill.slug)
    assert page["debrief"]["findings"] == [] and page["debrief"]["signal"] in ("yes", "strong yes")
    page = app.debriefed(wrong.text, drill.slug)
    assert sorted(finding["probe"] for finding in page["debrief"]["findings"]) == sorted(wrong.expected)
    assert page["after"] == drill.after
    assert "reference.sql" not in str(page)


def test_run_on_the_visible_data(app, drills):
    slug = first(drills, "sql").slug
    shown = app.post(f"/api/drills/{slug}/run", {"text": "SELECT 41 + 1 AS n"}).json()
    assert shown["sheet"]["rows"] == [[42]] and shown["error"] is None
    broken = app.post(f"/api/drills/{slug}/run", {"text": "SELEKT"}).json()
    assert broken["sheet"] is None and broken["error"]
    python = first(drills, "python")
    broken = app.post(f"/api/drills/{python.slug}/run", {"text": "import os\nos.kill(1, 9)"}).json()
    assert broken["error"] or broken["stopped"]


def test_the_session_says_which_sandbox(app, sandbox):
    session = app.client.get("/api/session").json()
    assert session["sandbox_level"] in ("", sandbox.level)


def test_a_level_that_is_not_here_is_told(tmp_path, monkeypatch):
    class Refused:
        def __init__(self, *_, **__):
            raise BadInput("foreign code is refused here")

    monkeypatch.setattr("liveloop.exam.sandbox.Sandbox", Refused)
    execution = Execution(Settings(tmp_path), clock=system_clock)
    assert execution.standing().level == ""
    execution.warm()
    assert execution.standing().level == "none" and "refused" in execution.standing().why
    execution.close()


def test_a_drill_is_prepared_once_and_not_after_it_was_examined(tmp_path, sandbox, drills, monkeypatch):
    examined = []
    monkeypatch.setattr(Execution, "_examine", lambda self, drill, attempt, tell: examined.append(attempt))
    execution = Execution(Settings(tmp_path), clock=system_clock, sandbox=sandbox)
    drill, other = first(drills, "sql"), list(drills.values())[-1]
    execution.examine(other, make_attempt(), print)
    examined.clear()
    execution.prepare(drill)
    execution.prepare(drill)
    execution.prepare(other)
    execution.close()
    assert [attempt.text for attempt in examined] == [drill.reference]
    execution.prepare(first(drills, "python"))  # closed: nothing begins
    assert len(examined) == 1


def test_an_examination_waits_for_the_preparation_that_has_begun(tmp_path, sandbox, drills, monkeypatch):
    order, begun, go_on = [], threading.Event(), threading.Event()

    def examine(self, drill, attempt, tell):
        order.append(attempt.id)
        begun.set()
        if attempt.id == "reference":
            assert go_on.wait(10)
            order.append("prepared")

    monkeypatch.setattr(Execution, "_examine", examine)
    execution = Execution(Settings(tmp_path), clock=system_clock, sandbox=sandbox)
    drill, other = first(drills, "sql"), first(drills, "python")
    execution.prepare(drill)
    execution.prepare(other)  # waits its turn, and is dropped when it comes too late
    assert begun.wait(10)
    execution.examine(other, make_attempt(2), print)
    handed_in = threading.Thread(target=execution.examine, args=(drill, make_attempt(1), print))
    handed_in.start()
    go_on.set()
    handed_in.join(10)
    execution.close()
    assert order == ["reference", "att_2", "prepared", "att_1"]


def test_what_cannot_be_prepared_is_only_logged(tmp_path, sandbox, drills, monkeypatch, caplog):
    def refuse(*_):
        raise RuntimeError("no world")

    monkeypatch.setattr(Execution, "_examine", refuse)
    execution = Execution(Settings(tmp_path), clock=system_clock, sandbox=sandbox)
    execution.prepare(first(drills, "sql"))
    execution.close()
    assert "no world" in caplog.text


def test_its_own_sandbox_starts_once_and_ends(tmp_path):
    execution = Execution(Settings(tmp_path), clock=system_clock)
    assert execution.sandbox() is execution.sandbox()
    execution.close()
