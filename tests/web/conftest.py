"""What stands in for the exam when only the pages are asked?"""

from __future__ import annotations

import threading
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from liveloop.base.settings import Settings
from liveloop.base.tables import Sheet
from liveloop.drill import Drill, Pushback, Sample, SqlForm, WorldSettings
from liveloop.finding import DatabaseEvidence, Finding, Place
from liveloop.rubric import Criterion, Rubric
from liveloop.web.app import make_app
from liveloop.web.engine import Standing
from liveloop.web.shapes import RunOut, TableCard
from liveloop.web.shelf import Shelf

with warnings.catch_warnings():
    warnings.filterwarnings("ignore", "Using `httpx` with")  # its successor is not locked yet
    from starlette.testclient import TestClient

BASE = "http://127.0.0.1:8765"
SEALED = ("REFERENCE-TEXT", "SAMPLE-TEXT", "GOOD-REPLY", "AFTER-TEXT", "CRITERION-GOOD")


@dataclass(frozen=True)
class Examination:
    findings: tuple[Finding, ...] = ()
    asked: tuple[str, ...] = ("disagrees", "boundary", "null", "unreadable")
    unknown: tuple[str, ...] = ()
    worlds: int = 3
    seconds: float = 0.1


@dataclass(frozen=True)
class Stage:
    stage: str
    done: int
    total: int


@dataclass
class FakeEngine:
    """Finds a boundary wherever the text says `<=`; stops where it says `raise`; waits where it says `wait`."""

    gate: threading.Event = field(default_factory=threading.Event)
    reached: threading.Event = field(default_factory=threading.Event)
    examined: list[str] = field(default_factory=list)
    prepared: list[str] = field(default_factory=list)
    closed: bool = False

    def examine(self, drill, attempt, tell):
        self.examined.append(attempt.id)
        tell(Stage("worlds", 1, 3))
        self.reached.set()
        if "wait" in attempt.text:
            assert self.gate.wait(20)
        if "raise" in attempt.text:
            raise RuntimeError("the exam broke")
        if "<=" not in attempt.text:
            return Examination()
        sheet = Sheet(("n",), ("BIGINT",), ((1,), (None,)), (0,))
        evidence = DatabaseEvidence({"warnings": sheet}, sheet, replace(sheet, rows=((0.5,), ("NaN",))))
        return Examination((Finding("boundary", "hour 24 counts twice", evidence, "edge cases", "sql.time-joins"),))

    def place(self, drill, attempt, findings):
        start = attempt.text.find("<=")
        return Place("which side of an edge", 1, start, start + 2) if start >= 0 else None

    def run(self, drill, text):
        return RunOut(Sheet(("n",), ("BIGINT",), ((1,),)), None, "", None, 0.01, None)

    def prepare(self, drill):
        self.prepared.append(drill.slug)

    def tables(self, drill):
        return (TableCard("warnings", "one warning", ("warning_id",), (), None),)

    def standing(self):
        return Standing("process", "a fake")

    def warm(self):
        pass

    def close(self):
        self.closed = True


def make_drill(slug: str, number: int, **changes) -> Drill:
    drill = Drill(
        id=f"drl_{number:010x}",
        slug=slug,
        shelf="sql",
        title=slug.replace("-", " ").capitalize(),
        kind="sql",
        skills=("sql.time-joins", "sql.null") if number % 2 else ("sql.time-joins",),
        week=1 + number % 3,
        minutes=15,
        difficulty=1 + number % 5,
        world=WorldSettings({}),
        probes=("disagrees", "boundary", "null", "unreadable"),
        out_of_scope=("speed",),
        prompt="Find the **rate**.",
        given={"hint.md": "one row"},
        reference="REFERENCE-TEXT",
        rubric=Rubric((Criterion("talk", "Was it said?", "CRITERION-GOOD", 1.0),), {"correctness": 3, "edge cases": 1}),
        pushbacks=(
            Pushback("boundary", "And at hour 24?", "GOOD-REPLY"),
            Pushback("clean", "Why does it hold?", "GOOD-REPLY"),
        ),
        after="AFTER-TEXT",
        samples=(Sample("clean--a", "SAMPLE-TEXT", ()),),
        folder=Path("nowhere"),
        sql=SqlForm(("warnings",), ("rate",)),
    )
    return replace(drill, **changes)


def make_drills() -> Shelf:
    slugs = ("warned-retention", "funnel-steps", "gap-islands")
    return Shelf({slug: make_drill(slug, number) for number, slug in enumerate(slugs)}, ())


@dataclass
class Hand:
    """A clock that a test moves."""

    at: datetime = datetime(2026, 1, 7, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.at += timedelta(microseconds=1)
        return self.at


@dataclass
class App:
    """The app under test with its engine, its clock and a client that holds the token."""

    client: TestClient
    engine: FakeEngine
    clock: Hand
    settings: Settings

    def token(self) -> dict[str, str]:
        return {"X-CSRF-Token": self.client.get("/api/session").json()["csrf_token"]}

    def post(self, path: str, body: object):
        return self.client.post(path, json=body, headers=self.token())

    def put(self, path: str, body: object):
        return self.client.put(path, json=body, headers=self.token())

    def hand_in(self, text: str, slug: str = "warned-retention", **more) -> str:
        response = self.post(f"/api/drills/{slug}/attempts", {"text": text, "confidence": 0.7, **more})
        assert response.status_code == 202, response.text
        return response.json()["attempt_id"]

    def debriefed(self, text: str, slug: str = "warned-retention") -> dict:
        """Hand in, follow the stream to its end, and give the attempt's page."""
        attempt_id = self.hand_in(text, slug)
        self.events(attempt_id)
        return self.client.get(f"/api/attempts/{attempt_id}").json()

    def events(self, attempt_id: str) -> list[str]:
        response = self.client.get(f"/api/attempts/{attempt_id}/events")
        assert response.headers["content-type"].startswith("text/event-stream")
        return [line for line in response.text.splitlines() if line.startswith("event:")]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    from zoneinfo import ZoneInfo

    return Settings(tmp_path / "home", zone=ZoneInfo("UTC"))


@pytest.fixture
def app(settings: Settings) -> Iterator[App]:
    engine, clock = FakeEngine(), Hand()
    made = make_app(settings, clock=clock, engine=engine, read_drills=make_drills)
    with TestClient(made, base_url=BASE) as client:
        yield App(client, engine, clock, settings)
        engine.gate.set()
    assert engine.closed
