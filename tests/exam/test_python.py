"""Is a right attempt left in peace, in whatever style, and a wrong one told exactly what it is wrong about?"""

import importlib.util
from dataclasses import replace
from pathlib import Path

import pytest

from liveloop.drill import Argument, FrameColumn, PythonForm
from liveloop.exam.python import PythonExhibit, example_sheets, run_visible
from liveloop.exam.sandbox.limits import Reply, Stop
from liveloop.finding import CallEvidence, ContainmentEvidence

SPEC = importlib.util.spec_from_file_location("python_stage", Path(__file__).with_name("python_stage.py"))
stage = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(stage)
REFERENCE, HereBox, attempt, found, toy = stage.REFERENCE, stage.HereBox, stage.attempt, stage.found, stage.toy
LOOPS = '''
"""Summary of each group, in plain Python."""

import pandas as pd


def summarise(events, as_of, min_score):
    """Walk over the rows once."""
    groups, seen = {}, set()
    columns = zip(*(events[name] for name in ("event_id", "grp", "flag", "score", "happened_at", "known_at")))
    for event_id, group, flag, score, happened_at, known_at in columns:
        if event_id in seen or known_at > as_of:
            continue
        seen.add(event_id)
        if not score >= min_score:
            continue
        name = None if pd.isna(group) else group
        groups.setdefault(name, []).append((event_id, 0 if pd.isna(flag) else int(flag), score, happened_at))
    return [
        {
            "grp": name,
            "events": len(rows),
            "flagged": sum(row[1] for row in rows),
            "highest": max(rows, key=lambda row: (row[2], row[0]))[0],
            "latest": max(rows, key=lambda row: (row[3], row[0]))[0],
        }
        for name, rows in groups.items()
    ]
'''
ARRAYS = '''
"""Summary of each group, with arrays."""

import numpy as np
import pandas as pd


def summarise(events, as_of, min_score):
    """Sort once for each question and take the last of each group."""
    at = pd.to_datetime(events["happened_at"], utc=True).to_numpy()
    known = (pd.to_datetime(events["known_at"], utc=True) <= as_of).to_numpy()
    first = ~events["event_id"].duplicated().to_numpy()
    score = events["score"].to_numpy(dtype=float)
    rows = np.flatnonzero(known & first & (np.nan_to_num(score, nan=-np.inf) >= min_score))
    ids = events["event_id"].to_numpy()
    flags = events["flag"].eq(True).to_numpy()
    names = events["grp"].to_numpy(dtype=object)
    parts = {}
    for row in rows:
        parts.setdefault(None if pd.isna(names[row]) else names[row], []).append(row)
    table = []
    for name, members in parts.items():
        mine = np.array(members)
        highest = ids[mine[np.lexsort((ids[mine], score[mine]))[-1]]]
        latest = ids[mine[np.lexsort((ids[mine], at[mine]))[-1]]]
        table.append((name, mine.size, flags[mine].sum(), highest, latest))
    return pd.DataFrame(table, columns=["grp", "events", "flagged", "highest", "latest"])
'''
LIARS = {  # plain Python is quicker than pandas on small calls, and a liar is called some hundred times
    "disagrees": ("max(rows, key=lambda row: (row[2], row[0]))", "min(rows, key=lambda row: (row[2], row[0]))"),
    "boundary": ("not score >= min_score", "not score > min_score"),
    "null": ("not score >= min_score", "not score >= min_score or pd.isna(group)"),
    "fan-out": ("event_id in seen or ", ""),
    "tie": ("key=lambda row: (row[2], row[0])", "key=lambda row: (row[2], -row[0])"),
    "empty-group": ("    groups, seen", "    events['grp'].iloc[0]\n    groups, seen"),
    "nondeterminism": ("max(rows, key=lambda row: (row[3], row[0]))", "rows[-1]"),
    "future-read": (" or known_at > as_of", ""),
    "brittle": (
        "    groups, seen",
        "    [events['grp'].to_dict()[row] for row in range(len(events))]\n    groups, seen",
    ),
    "unreadable": ("    groups, seen", "    events['seen'] = True\n    groups, seen"),
}
ZONELESS = (
    'known_at = pd.to_datetime(events["known_at"], utc=True)',
    'known_at = pd.Series([at.replace(tzinfo=None) for at in events["known_at"]], dtype="datetime64[us]")\n'
    "    as_of = as_of.replace(tzinfo=None)",
)


def liar(code):
    old, new = LIARS[code]
    assert old in LOOPS
    return LOOPS.replace(old, new)


@pytest.mark.parametrize("text", [REFERENCE, LOOPS, ARRAYS], ids=["pandas", "loops", "arrays"])
def test_right_attempts_are_left_in_peace(text):
    assert found(text) == {}


def test_a_right_attempt_is_left_in_peace_on_another_seed():
    assert found(LOOPS, seed=2) == {}


@pytest.mark.parametrize("code", LIARS)
def test_a_wrong_attempt_is_told_exactly_what_it_is_wrong_about(code):
    assert list(found(liar(code))) == [code]


def test_wall_clocks_are_found_out_by_another_zone():
    assert list(found(REFERENCE.replace(*ZONELESS))) == ["time-zone"]


def test_before_instead_of_until_is_found_on_the_moment_itself():
    finding = found(LOOPS.replace("known_at > as_of", "known_at >= as_of"))["boundary"]
    assert "exactly `as_of`" in finding.claim


def test_evidence_is_small_and_shows_both_results():
    other = ('sort_values(["score", "event_id"])', 'sort_values(["score", "event_id"], ascending=[True, False])')
    assert other[0] in REFERENCE
    evidence = found(REFERENCE.replace(*other))["tie"].evidence
    assert isinstance(evidence, CallEvidence)
    assert len(evidence.arguments["events"].rows) == 2
    assert evidence.call.startswith("summarise(events, as_of=")
    assert evidence.expected.columns == evidence.got.columns == ("grp", "events", "flagged", "highest", "latest")
    assert evidence.expected.marked and evidence.got.marked


def test_an_ordinary_difference_is_not_shrunk_to_an_empty_frame():
    evidence = found("def summarise(*given):\n    return None\n")["disagrees"].evidence
    assert evidence.arguments["events"].rows


def test_the_line_of_an_error_is_told():
    evidence = found("def summarise(events, as_of, min_score):\n    return 1 / 0\n")["disagrees"].evidence
    assert evidence.error == "ZeroDivisionError: division by zero (line 2)"


def test_a_text_without_the_function_is_told_so():
    assert "no function 'summarise'" in found("x = 1\n")["disagrees"].evidence.error


def test_a_text_that_is_not_python_is_told_so():
    finding = found("def (:\n")["disagrees"]
    assert finding.evidence.error.startswith("SyntaxError")
    assert finding.claim.startswith("it does not run: SyntaxError: ") and finding.claim.endswith("(line 1)")


def test_chance_is_told_apart_from_wrong_on_edge_cases():
    shuffled = LOOPS.replace(
        "    groups, seen", "    import random\n    min_score = min_score + random.random()\n    groups, seen"
    )
    assert set(found(shuffled)) <= {"nondeterminism", "disagrees"}
    assert "nondeterminism" in found(shuffled)


REFUSING = '''
def share(values, part):
    """Give a share; a part that is no share is refused."""
    if not 0 <= part <= 1:
        raise ValueError("no share")
    if not len(values):
        raise RuntimeError("nobody knows")
    return float(values["score"].sum()) * part
'''


def refusing_drill():
    column = FrameColumn("score", "value", "float")
    form = PythonForm(
        "share", "def share(values, part):",
        (
            Argument("values", "frame", "SELECT i / 7.0 AS score FROM range(30) AS t(i)", (column,)),
            Argument("part", "literal", values=(0.5, 2.0)),
        ),
        raises=("ValueError",),
    )  # fmt: skip
    return toy(REFUSING, ("disagrees", "empty-group"), form)


def test_where_the_reference_refuses_the_attempt_must_refuse_too():
    drill = refusing_drill()
    assert found(REFUSING, drill=drill) == {}
    trusting = "def share(values, part):\n    return float(values['score'].sum()) * part\n"
    finding = found(trusting, drill=drill)["disagrees"]
    assert "`part` is 2.0" in finding.claim and "ValueError is due" in finding.claim
    another = REFUSING.replace("ValueError", "KeyError")
    assert set(found(another, drill=drill)) == {"disagrees"}
    own = REFUSING.replace("def share", "class NoShare(ValueError):\n    pass\n\n\ndef share").replace(
        'ValueError("no share")', 'NoShare("no share")'
    )
    assert found(own, drill=drill) == {}


def test_where_the_reference_fails_otherwise_the_case_counts_for_nothing():
    answering = REFUSING.replace('raise RuntimeError("nobody knows")', "return 7.0")
    assert found(answering, drill=refusing_drill()) == {}


class ScriptedBox(HereBox):
    """Runs calls, but says what it likes about how long the big one took."""

    def __init__(self, seconds):
        super().__init__()
        self.seconds = seconds

    def run(self, cell, payload, *, limits):
        if b'"values": false' not in payload:
            return super().run(cell, payload, limits=limits)
        marker = next((name for name in self.seconds if name.encode() in payload), "")
        series = self.seconds.get(marker, [0.01])
        took = series.pop(0) if len(series) > 1 else series[0]
        if took >= 3:
            return Reply(None, "", "", Stop("cpu", "3 s"), took, 0, took)
        return replace(super().run(cell, payload, limits=limits), seconds=took, cpu_seconds=took)


def timed(mine, reference):
    marked = REFERENCE.replace("Summary", "MINE")
    exhibit = PythonExhibit(toy(), attempt(marked), ScriptedBox({"MINE": mine, "Summary": reference}))
    return exhibit.timing()


def test_who_is_ten_times_slower_is_slow():
    timing = timed([2.0], [0.1])
    assert timing.attempt_seconds > 1.9 and timing.runs == 3 and timing.rows > 2_000


def test_who_is_quick_is_not_compared():
    assert timed([0.2], [0.0001]) is None


def test_a_slow_reference_excuses():
    assert timed([0.9], [0.2]) is None


def test_one_slow_run_on_a_busy_machine_is_not_enough():
    assert timed([2.0, 0.05, 0.05], [0.01]) is None


def test_who_never_ends_is_stopped_and_told():
    assert timed([3.0], [0.01]).stopped == "cpu: 3 s"


BIG = [
    ("if len(events) > 1_000:\n        raise OSError('too many')", "OSError: too many (line"),
    ("if len(events) > 1_000:\n        raise MemoryError", "memory: MemoryError"),
    ("if len(events) > 1_000:\n        return []", "it gives 0 rows, "),
    ("events = events.assign(grp=[n if i < 240 else f'{n}{i}' for i, n in enumerate(events['grp'])])", " are due"),
]


@pytest.mark.parametrize(("line", "words"), BIG, ids=["error", "memory", "empty", "more"])
def test_who_gives_another_result_at_ten_times_the_size_was_not_quick(line, words):
    assert "    groups, seen" in LOOPS
    findings = found(LOOPS.replace("    groups, seen", f"    {line}\n    groups, seen", 1))
    assert set(findings) <= {"slow", "unreadable"}
    assert words in findings["slow"].evidence.stopped and words in findings["slow"].claim


class DeadBox(HereBox):
    """Dies on every job of one text."""

    def run(self, cell, payload, *, limits):
        if b"DEADLY" in payload:
            return Reply(None, "", "", Stop("crashed", "signal 11"), 3.0, 0)
        return super().run(cell, payload, limits=limits)


def test_a_dead_child_is_evidence_and_not_an_error_of_ours():
    evidence = found(REFERENCE.replace("Summary", "DEADLY"), box=DeadBox())["disagrees"].evidence
    assert evidence == ContainmentEvidence("crashed", "signal 11")


def test_the_visible_example_is_shown():
    shown = run_visible(toy(), REFERENCE, HereBox())
    assert shown.error is None and shown.sheet.columns == ("grp", "events", "flagged", "highest", "latest")
    assert example_sheets(toy())["events"].rows
    assert run_visible(toy(), "def summarise(*given):\n    return 7\n", HereBox()).value == "7"
    assert "NameError" in run_visible(toy(), "x = 1", HereBox()).error


class ForgedBox(HereBox):
    """Answers every job of one text with what it is told to answer."""

    def __init__(self, payload):
        super().__init__()
        self.payload = payload

    def run(self, cell, payload, *, limits):
        if cell == "python" and b"FORGED" in payload:
            return Reply(self.payload, "", "", None, 0.01, 0, 0.01)
        return super().run(cell, payload, limits=limits)


@pytest.mark.parametrize(
    "call",
    [
        b'{"seconds": 0.0, "value": ["none"], "mutated": [Infinity]}',
        b'{"seconds": 0.0, "error": {"types": ["E"], "message": "", "line": Infinity}}',
        b'{"seconds": 0.0, "error": {"types": [], "message": "", "line": NaN}}',
        b'{"seconds": 1' + b"0" * 400 + b', "value": ["none"]}',
        b'{"seconds": 0.0, "value": ["decimal", "sNaN"]}',
        b'{"seconds": 0.0, "value": ["frame", ["i", "j"], [], ["a"], [[["none"]]], 1]}',
        b'{"seconds": 0.0, "value": ["frame", [], [], [], [], Infinity]}',
        b"[]",
    ],
)
def test_a_forged_reply_is_told_and_never_an_error_of_ours(call):
    payload = b'{"load": null, "calls": [' + b", ".join([call] * 400) + b"]}"
    text = REFERENCE.replace("Summary", "FORGED")
    assert "disagrees" in found(text, box=ForgedBox(payload))
    assert run_visible(toy(), text, ForgedBox(payload))
