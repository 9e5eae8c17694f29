"""Does the debrief say what the findings say, and which word would a panel write?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import get_args

import pytest
from tests.coach.conftest import NOW, SHEET, make_attempt

from liveloop.base.errors import BadInput
from liveloop.coach.mark import ADVICE, DIMENSIONS, DOES_NOT_RUN, Shelf, mark
from liveloop.coach.signal import SIGNALS, judge
from liveloop.drill import Drill, Pushback, SqlForm, WorldSettings
from liveloop.exam.ask import builtin_probes
from liveloop.finding import (
    CallEvidence,
    ContainmentEvidence,
    DatabaseEvidence,
    Dimension,
    Finding,
    LinesEvidence,
    Remark,
    TimingEvidence,
)
from liveloop.rubric import Rubric

CODES = tuple(builtin_probes())
SHOWN = DatabaseEvidence({}, SHEET, SHEET)
WEIGHTS = {"correctness": 3.0, "edge cases": 2.0, "speed": 1.0, "readability": 1.0}


@dataclass(frozen=True)
class Examination:
    findings: tuple[Finding, ...] = ()
    asked: tuple[str, ...] = CODES
    unknown: tuple[str, ...] = ()
    worlds: int = 3
    seconds: float = 0.5


def found(code: str, evidence=SHOWN) -> Finding:
    probe = builtin_probes()[code]
    return Finding(code, f"{code} breaks", evidence, probe.dimension, probe.skill.get("sql", "sql.other"))


def make_drill(slug: str = "here", number: int = 1, **changes) -> Drill:
    drill = Drill(
        id=f"drl_{number}",
        slug=slug,
        shelf="sql",
        title=slug.title(),
        kind="sql",
        skills=("sql.time-joins",),
        week=1,
        minutes=10,
        difficulty=3,
        world=WorldSettings({}),
        probes=CODES,
        out_of_scope=(),
        prompt="p",
        given={},
        reference="r",
        rubric=Rubric((), WEIGHTS),
        pushbacks=(Pushback("boundary", "At 24?", "g"), Pushback("clean", "Why?", "g"), Pushback("any", "And?", "g")),
        after="a",
        samples=(),
        folder=Path("nowhere"),
        sql=SqlForm(("warnings",), ("n",)),
    )
    return replace(drill, **changes)


def marked(*findings: Finding, drill: Drill | None = None, shelf: Shelf | None = None, **fields):
    examination = Examination(findings, **fields)
    return mark(drill or make_drill(), make_attempt(), examination, examined_at=NOW, shelf=shelf)


CONTAINED = ContainmentEvidence("wall", "2 s")
ERRS = DatabaseEvidence({}, SHEET, None, "no such column")
ERRS_CALL = CallEvidence("f()", {}, "1", None, "NameError")
SLOW = TimingEvidence(1000, 4.0, 0.1, 3, 10.0)
LONG = LinesEvidence((Remark(1, "x", "y", "z"),))


@pytest.mark.parametrize(
    ("findings", "unknown", "signal", "words"),
    [
        ((), (), "strong yes", "nothing broke, and every probe"),
        ((), ("slow: too slow here",), "yes", "1 could not"),
        ((found("slow", SLOW),), (), "yes", "slow"),
        ((found("slow", SLOW), found("unreadable", LONG)), (), "yes", "slow and unreadable"),
        ((found("boundary"),), (), "lean yes", "(boundary)"),
        ((found("boundary"), found("unreadable", LONG)), (), "lean yes", "(boundary)"),
        ((found("boundary"), found("boundary")), (), "lean yes", "one class"),
        ((found("boundary"), found("null")), (), "lean no", "2 classes"),
        ((found("future-read"), found("brittle")), (), "lean no", "future-read, brittle"),
        ((found("disagrees"),), (), "no", "wrong on ordinary data"),
        ((found("disagrees"), found("unreadable", LONG)), (), "no", "ordinary"),
        ((found("brittle", CONTAINED),), (), "no", "sandbox"),
        ((found("slow", CONTAINED),), (), "no", "sandbox"),
        ((found("disagrees", CONTAINED),), (), "no", "sandbox"),
        ((found("disagrees"), found("brittle", CONTAINED)), (), "strong no", "stopped by the sandbox"),
        ((found("disagrees", ERRS),), (), "strong no", "does not run"),
        ((found("disagrees", ERRS_CALL),), (), "strong no", "does not run"),
        ((found("brittle", ERRS_CALL),), (), "lean yes", "brittle"),  # it runs on ordinary data
    ],
)
def test_signal(findings, unknown, signal, words):
    assert judge(findings, unknown)[0] == signal
    assert words in judge(findings, unknown)[1]
    assert judge(findings[::-1], unknown)[0] == signal
    assert marked(*findings, unknown=unknown).signal == signal


def test_every_signal_can_be_reached_and_more_findings_never_help():
    findings = [
        found("unreadable", LONG),
        found("boundary"),
        found("null"),
        found("disagrees"),
        found("tie", CONTAINED),
    ]
    signals = [judge(findings[:count], ())[0] for count in range(len(findings) + 1)]
    assert signals == ["strong yes", "yes", "lean yes", "lean no", "no", "strong no"]
    assert tuple(reversed(signals)) == SIGNALS


def scores(debrief):
    return {score.dimension: score for score in debrief.scores}


def test_scores_of_a_clean_attempt():
    table = scores(marked())
    assert set(table) == set(DIMENSIONS)
    assert all(score.score == 1 and score.found == 0 for score in table.values())
    assert sum(score.weight for score in table.values()) == pytest.approx(1, abs=1e-3)  # four decimals each
    assert table["correctness"].weight == pytest.approx(3 / 7, abs=1e-4)
    assert table["robustness"].weight == 0  # the rubric gives it none
    assert sum(score.asked for score in table.values()) == len(CODES)


def test_scores_of_findings():
    table = scores(marked(found("boundary"), found("slow", SLOW), found("unreadable", LONG)))
    edges = sum(1 for probe in builtin_probes().values() if probe.dimension == "edge cases")
    assert table["edge cases"].score == pytest.approx(1 - 1 / edges, abs=1e-4)
    assert table["speed"].score == pytest.approx(10 * 0.1 / 4)
    assert table["readability"].score == pytest.approx(0.8)
    assert table["correctness"].score == 1


@pytest.mark.parametrize(
    ("evidence", "score"),
    [
        (replace(SLOW, stopped="wall"), 0),
        (replace(SLOW, attempt_seconds=0.5), 1),
        (LinesEvidence(LONG.remarks * 7), 0),
        (CONTAINED, 0),
    ],
)
def test_the_ends_of_a_score(evidence, score):
    code = "unreadable" if evidence.kind == "lines" else "slow"
    assert scores(marked(found(code, evidence)))[builtin_probes()[code].dimension].score == score


def test_edges_cannot_tell_while_ordinary_data_goes_wrong():
    debrief = marked(found("disagrees"), found("unreadable", LONG), found("null"))
    table = scores(debrief)
    assert table["correctness"].score == 0
    assert set(table) == {"correctness", "edge cases", "speed", "readability"}
    assert table["edge cases"].asked == 1 == table["edge cases"].found  # null spoke, the silent ones do not count
    assert any(line.startswith("boundary: ") for line in debrief.unknown) and "boundary" not in debrief.asked


def test_edges_were_asked_of_what_is_wrong_only_where_rows_match_twice():
    debrief = marked(found("fan-out"))
    assert debrief.signal == "no" and debrief.signal_rule == "No: wrong on ordinary data (fan-out)."
    assert [line.partition(":")[0] for line in debrief.unknown] == ["disagrees"]
    assert "boundary" in debrief.asked and scores(debrief)["edge cases"].score == 1


def test_a_dimension_not_asked_has_no_score():
    assert set(scores(marked(asked=("disagrees",)))) == {"correctness"}
    table = scores(marked(asked=("brittle",)))  # which weighs nothing in this rubric: alone it weighs all
    assert table["robustness"].weight == 1


def test_an_attempt_of_which_nothing_could_be_asked_has_no_debrief():
    with pytest.raises(BadInput, match=r"no probe could be asked.*no reference"):
        marked(asked=("disagrees",), unknown=("disagrees: no reference",))


def test_a_probe_that_could_not_be_asked_is_not_survived():
    debrief = marked(asked=("disagrees", "boundary"), unknown=("boundary: KeyError: 'x'",))
    assert debrief.asked == ("disagrees",) and set(scores(debrief)) == {"correctness"}


def test_findings_come_by_seriousness():
    debrief = marked(found("unreadable", LONG), found("boundary"), found("disagrees"), found("slow", CONTAINED))
    assert [f.probe for f in debrief.findings] == ["slow", "disagrees", "boundary", "unreadable"]


def test_pushback_speaks_of_the_most_serious_finding_that_has_words():
    assert marked().pushback == "Why?"
    assert marked(found("boundary")).pushback == "At 24?"
    assert marked(found("null"), found("boundary")).pushback == "At 24?"
    assert marked(found("null")).pushback == "And?"
    assert marked(drill=make_drill(pushbacks=(Pushback("null", "n", "g"),))).pushback == ""


def test_next_thing_for_a_finding_is_another_drill_of_its_skill():
    here = make_drill()
    skill = builtin_probes()["null"].skill["sql"]
    others = (
        make_drill("done", 2, skills=(skill,)),
        make_drill("asks-not", 3, skills=(skill,), probes=("disagrees",)),
        make_drill("asks", 4, skills=(skill,), difficulty=5),
        make_drill("foreign", 5, skills=("sql.windows",)),
    )
    debrief = marked(found("null"), shelf=Shelf((here, *others), {"done": "strong yes", "asks": "no"}))
    thing = debrief.next_thing
    assert thing.drill_slug == "asks" and thing.skill == skill
    assert thing.do.startswith("For each column that may be missing") and "“Asks”" in thing.do
    assert marked(found("null"), shelf=Shelf((here, others[0]), {"done": "yes"})).next_thing.drill_slug == "done"


def test_next_thing_when_no_other_drill_fits():
    thing = marked(found("null")).next_thing
    assert thing.drill_slug == "here" and "again" in thing.do and thing.skill == "sql.time-joins"
    assert "data you are given" in marked(found("slow", CONTAINED)).next_thing.do


def test_next_thing_after_a_clean_attempt_is_harder_and_not_survived():
    drills = (
        make_drill(),
        make_drill("easier", 2, difficulty=2),
        make_drill("harder", 3, difficulty=4),
        make_drill("hardest", 4, difficulty=5),
    )
    assert marked(shelf=Shelf(drills)).next_thing.drill_slug == "harder"
    assert marked(shelf=Shelf(drills, {"harder": "yes"})).next_thing.drill_slug == "hardest"
    all_done = {drill.slug: "strong yes" for drill in drills}
    assert marked(shelf=Shelf(drills, all_done)).next_thing.drill_slug == ""


def test_every_dimension_has_advice():
    assert set(ADVICE) == set(get_args(Dimension)) == set(DIMENSIONS)


def test_of_what_does_not_run_no_silence_says_anything():
    debrief = marked(found("disagrees", ERRS), asked=CODES)
    assert {line.partition(":")[0] for line in debrief.unknown} == set(CODES) - {"disagrees"}
    assert debrief.next_thing.do.startswith(DOES_NOT_RUN) and debrief.next_thing.drill_slug == "here"
