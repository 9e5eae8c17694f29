"""Is an estimator failed where its intervals miss, passed where they hold, and its text never trusted?"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
import scipy.stats  # noqa: F401 - in the sandbox it is there before a text asks for it

from liveloop.attempt import Attempt
from liveloop.base.clock import system_clock
from liveloop.base.errors import BadInput
from liveloop.base.seeds import stream
from liveloop.exam import estimator, estimator_run
from liveloop.exam.ask import scenes
from liveloop.exam.estimator import EstimatorExhibit, run_visible
from liveloop.exam.estimator_run import EstimatorRunner, payload_of, read_said
from liveloop.exam.examine import examine
from liveloop.exam.load import load, load_all
from liveloop.exam.sandbox import cell_estimator
from liveloop.exam.sandbox.limits import Reply, Stop
from liveloop.scene import Replicates, Scene

SLUG = "a-t-test-on-sessions"


class HereBox:
    """Runs the cell in this process: for trusted texts of tests only."""

    def run(self, cell, payload, *, limits):
        if cell != "estimator":
            return Reply(b"[]", "", "", None, 0.0, 0)
        return Reply(cell_estimator.main(payload), "", "", None, 0.0, 0)


@pytest.fixture(scope="module")
def drill():
    return load_all()[SLUG]


def put(drill, text, seed=0):
    attempt = Attempt("a", drill.id, "python", text, datetime(2026, 1, 5, tzinfo=UTC))
    return examine(drill, attempt, sandbox=HereBox(), seed=seed, clock=system_clock)


MEANS = """
def estimate_many(data):
    y, t = data["y"], data["t"]
    n = (t == 1).sum(1)
    value = (y * t).sum(1) / n - (y * (1 - t)).sum(1) / (y.shape[1] - n)
    spread = y.std(1) * 2 / y.shape[1] ** 0.5
    return value, value - {times} * spread, value + {times} * spread

def estimate(df):
    return [one[0] for one in estimate_many({{name: df[name].to_numpy()[None, :] for name in df}})]
"""


def draw(chance, replicates, size):
    t = np.argsort(chance.random((replicates, size)), axis=1) % 2
    truth = chance.uniform(-1, 1, replicates)
    y = truth[:, None] * t + chance.standard_normal((replicates, size))
    return Replicates({"y": y, "t": t}, truth)


SCENE = Scene("plain", "Does it hold?", "nothing is odd", "Chance.", "correctness", "stats.intervals", (60, 20), draw)


@pytest.fixture
def made(drill, monkeypatch):
    """A drill of one scene, whose reference is right."""
    monkeypatch.setattr(estimator, "scenes", lambda folder: (SCENE,))
    form = replace(drill.estimator, columns={"y": "", "t": ""})
    return replace(drill, id="drl_made", reference=MEANS.format(times=2.0), estimator=form)


def exhibit(made, text, seed=0):
    attempt = Attempt("a", made.id, "python", text, datetime(2026, 1, 5, tzinfo=UTC))
    return EstimatorExhibit(made, attempt, HereBox(), seed)


def test_intervals_that_hold_are_passed(made):
    assert exhibit(made, MEANS.format(times=2.0)).held(SCENE) is None


def test_intervals_that_miss_are_failed_with_the_smallest_world_that_shows_it(made):
    says, evidence = exhibit(made, MEANS.format(times=1.0)).held(SCENE)
    assert "nothing is odd: the 95 % interval holds the truth in" in says
    assert evidence.high_share < 0.93
    assert not evidence.low <= evidence.truth <= evidence.high
    assert len(evidence.world.rows) + evidence.world.cut == 20
    assert evidence.width == pytest.approx(0.5)


def test_what_is_much_wider_than_it_has_to_be_is_told(made):
    wide = exhibit(made, MEANS.format(times=6.0))
    assert wide.held(SCENE) is None
    says, evidence = wide.too_wide()
    assert says.startswith("it says less than it could when nothing is odd: its intervals are 3.0 times as wide")
    assert evidence.width == pytest.approx(3.0)
    assert evidence.high - evidence.low == pytest.approx(3.0 * (evidence.reference_high - evidence.reference_low))
    assert "shortest" in evidence.principle
    fine = exhibit(made, MEANS.format(times=2.4))
    assert fine.held(SCENE) is None
    assert fine.too_wide() is None


def test_an_interval_without_end_is_too_wide(made):
    endless = exhibit(made, "def estimate(df):\n    return 0.0, float('-inf'), float('inf')\n")
    assert endless.held(SCENE) is None
    says, evidence = endless.too_wide()
    assert "100 % of its intervals have no end" in says
    assert (evidence.low, evidence.width) == (None, None)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("def estimate(df):\n    return 1.0\n", "not (value, low, high)"),
        ("def estimate(df):\n    return float('nan'), 0, 1\n", "NaN"),
        ("def estimate(df):\n    raise KeyError('x')\n", "KeyError"),
        ("def other(df):\n    return 1, 2, 3\n", "no function 'estimate'"),
        ("def estimate(df) return 1", "SyntaxError"),
        ("def estimate(df):\n    return 1, 2, 3\ndef estimate_many(data):\n    return 1, 2\n", "2 arrays, not three"),
    ],
)
def test_what_gives_no_interval_is_told_in_its_own_words(made, text, words):
    says, evidence = exhibit(made, text).held(SCENE)
    assert words in says
    assert evidence.value is None
    assert words in evidence.error


def test_tuples_mappings_and_objects_are_read():
    drawn = draw(stream(1, "x"), 3, 10)
    texts = (
        "def estimate(df):\n    return 1, 0, 2\n",
        "def estimate(df):\n    return {'value': 1, 'low': 0, 'high': 2}\n",
        "class E:\n    value, low, high = 1, 0, 2\ndef estimate(df):\n    return E()\n",
    )
    form = load_all()[SLUG].estimator
    for text in texts:
        said = EstimatorRunner(HereBox(), form, text).run(drawn)
        assert (said.value.tolist(), said.low.tolist(), said.high.tolist()) == ([1.0] * 3, [0.0] * 3, [2.0] * 3)


def test_all_at_once_gives_what_one_by_one_gives():
    drawn = draw(stream(1, "x"), 5, 20)
    form = load_all()[SLUG].estimator
    together = EstimatorRunner(HereBox(), form, MEANS.format(times=2.0)).run(drawn)
    alone = EstimatorRunner(HereBox(), form, MEANS.format(times=2.0).replace("estimate_many", "many")).run(drawn)
    assert together.value == pytest.approx(alone.value)
    assert together.high == pytest.approx(alone.high)


def test_the_truth_never_enters_the_job():
    drawn = replace(draw(stream(1, "x"), 2, 10), truth=np.array([0.123456789, 0.987654321]))
    payload = payload_of("x", load_all()[SLUG].estimator, [drawn])
    assert drawn.truth.tobytes() not in payload
    assert drawn.truth[:1].tobytes() not in payload


LIES = [b"", b"null", b"[]", b"{", b'{"load": null}', b'{"load": null, "calls": 7}', b'{"load": null, "calls": [7]}',
        b'{"load": null, "calls": [{"value": [1, 2]}, {"value": "abc"}, {"value": [1, 2, true]}]}',
        b'{"load": null, "calls": [{"error": 7}]}', b'{"load": {"types": []}, "calls": []}',
        b"[" * 100_000]  # fmt: skip


@pytest.mark.parametrize("payload", LIES, ids=range(len(LIES)))
def test_a_reply_that_is_no_estimates_is_none(payload):
    for said in read_said(Reply(payload, "", "", None, 0.0, 0), [2, 1]):
        assert not np.isfinite(said.value).any()


def test_a_job_that_was_stopped_is_told():
    class Stops:
        def run(self, cell, payload, *, limits):
            return Reply(None, "", "", Stop("memory", "1024 MiB"), 1.0, 0)

    runner = EstimatorRunner(Stops(), load_all()[SLUG].estimator, "x")
    said = runner.run(draw(stream(1, "x"), 2, 10))
    assert [stop.limit for stop in runner.stops] == ["memory"]
    assert said.errors == Counter({"memory (1024 MiB)": 1}) or said.errors


def test_a_nominal_estimator_is_hardly_ever_failed(made):
    """60 examinations of an estimator that covers in 95 %: a false fail has a chance of at most 1 in 1,000 each."""
    right = MEANS.format(times=1.96)
    assert sum(exhibit(made, right, seed).held(SCENE) is not None for seed in range(60)) == 0


def test_the_visible_draw_is_run_and_shown(drill):
    shown = run_visible(drill, drill.reference, HereBox())
    value, low, high = json.loads(shown.value.replace("(", "[").replace(")", "]"))
    assert low < value < high
    assert run_visible(drill, "def estimate(df):\n    raise KeyError('x')\n", HereBox()).error.startswith("KeyError")


def test_a_finding_of_the_shipped_drill(drill):
    sample = next(sample for sample in drill.samples if "t-test" in sample.name)
    found = put(drill, sample.text)
    assert sorted({finding.probe for finding in found.findings}) == sorted(sample.expected)
    assert not found.unknown
    assert all(finding.evidence.principle for finding in found.findings)


def test_scenes_are_read_or_refused(drill, tmp_path):
    assert [scene.code for scene in scenes(drill.folder)] == ["nested", "unequal", "few-units"]
    (tmp_path / "scenes.py").write_text("SCENES = (7,)\n")
    with pytest.raises(BadInput, match="no SCENES"):
        scenes(tmp_path)


def test_scenes_may_have_dataclasses_of_their_own(tmp_path):
    (tmp_path / "scenes.py").write_text(
        "from __future__ import annotations\nfrom dataclasses import dataclass\nfrom liveloop.author import Scene\n"
        "@dataclass(frozen=True)\nclass Panel:\n    weeks: int\n"
        "SCENES = (Scene('a', 'b?', 'c', 'd', 'correctness', 'stats.intervals', (Panel(8).weeks,), print),)\n"
    )
    assert scenes(tmp_path)[0].sizes == (8,)


def test_what_is_wide_where_it_misses_anyway_is_not_told_twice(made):
    off = MEANS.format(times=8.0).replace("value = ", "value = 9 + ")
    shown = exhibit(made, off)
    assert shown.held(SCENE) is not None
    assert shown.too_wide() is None


def test_what_is_too_slow_to_be_judged_is_told_so_and_of_no_coverage(made, monkeypatch):
    monkeypatch.setattr(estimator_run, "WORLD_SECONDS", 0.05)
    slow = "import time\n" + MEANS.format(times=2.0).replace("estimate_many", "many").replace(
        "def estimate(df):",
        "def estimate(df):\n    end = time.process_time() + 0.02\n    while time.process_time() < end: pass",
    )
    shown = exhibit(made, slow)
    assert shown.held(SCENE) is None
    assert [stop.limit for stop in shown.stops] == ["cpu"]


def test_intervals_without_end_now_and_then_do_not_buy_coverage(made):
    half = MEANS.format(times=1.5) + (
        "\ninner = estimate_many\n"
        "def estimate_many(data):\n    v, l, h = inner(data)\n"
        "    wide = abs(data['y'][:, 0]) < 0.6\n"
        "    import numpy as np\n    return v, np.where(wide, -np.inf, l), np.where(wide, np.inf, h)\n"
    )
    shown = exhibit(made, half)
    if shown.held(SCENE) is None:
        says, evidence = shown.too_wide()
        assert "of its intervals have no end" in says
        assert evidence.reference_high < np.inf


LIARS = {
    "a value that nobody looks at": MEANS.format(times=2.0).replace("return value,", "return value + 1e9,"),
    "only one of the two works": MEANS.format(times=2.0).replace(
        "return [one[0] for one in estimate_many({name: df[name].to_numpy()[None, :] for name in df})]",
        "raise KeyError('never works')",
    ),
    "it learns from other draws": "seen = []\n" + MEANS.format(times=2.0).replace("estimate_many", "many").replace(
        "def estimate(df):", "def estimate(df):\n    seen.append(1)\n    if len(seen) > 1: return 5, 4, 6"
    ),
    "it pools all draws": MEANS.format(times=2.0).replace("value - 2.0", "value.mean() - 0 * 2.0").replace(
        "value + 2.0", "value.mean() + 0.01 + 0 * 2.0").replace("return value,", "return value.mean() + 0 * value,"),
}  # fmt: skip
SAID = {
    "a value that nobody looks at": "does not lie in its interval", "only one of the two works": "never works",
    "it learns from other draws": "after it has seen others", "it pools all draws": "after it has seen others",
}  # fmt: skip


@pytest.mark.parametrize("name", LIARS)
def test_an_estimator_that_only_looks_right_is_told_why_not(made, name):
    says, evidence = exhibit(made, LIARS[name]).held(SCENE)
    assert SAID[name] in says
    assert SAID[name] in evidence.error


def test_what_it_raises_now_and_then_is_what_is_told(made):
    moody = (
        MEANS.format(times=2.0)
        .replace("estimate_many", "many")
        .replace("def estimate(df):", "def estimate(df):\n    if df['y'][0] > 0.3: raise ValueError('too warm')")
    )
    says, evidence = exhibit(made, moody).held(SCENE)
    assert "ValueError: too warm" in says
    assert " of 50 experiments)" in says
    assert "too warm" in evidence.error


def test_all_at_once_too_slow_is_slow_and_not_wrong(made, monkeypatch):
    monkeypatch.setattr(estimator_run, "WORLD_SECONDS", 0.05)
    slow = MEANS.format(times=2.0).replace(
        "def estimate_many(data):",
        "import time\ndef estimate_many(data):\n    end = time.process_time() + (0.2 if len(data['y']) > 1 else 0)\n"
        "    while time.process_time() < end: pass",
    )
    shown = exhibit(made, slow)
    assert shown.held(SCENE) is None
    assert [stop.limit for stop in shown.stops] == ["cpu"]
    assert shown.held(SCENE) is None
    assert shown.draws == 50


def test_one_form_is_wanted(drill, tmp_path):
    import shutil

    folder = tmp_path / "shelf" / SLUG
    shutil.copytree(drill.folder, folder)
    settings = (folder / "drill.toml").read_text()
    (folder / "drill.toml").write_text(settings.split("[estimator]")[0])
    with pytest.raises(BadInput, match=r"\[python\] or \[estimator\]"):
        load(folder)
