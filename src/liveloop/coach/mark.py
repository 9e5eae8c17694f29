"""What is the attempt worth to the people who would hire, and what is the one thing to do next?"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, get_args

from liveloop.attempt import Attempt
from liveloop.base.errors import BadInput
from liveloop.coach.signal import RIGHT, SOFT, judge, runs
from liveloop.debrief import Debrief, NextThing, Score
from liveloop.drill import Drill
from liveloop.exam.ask import builtin_probes, own_probes
from liveloop.finding import Dimension, Finding, LinesEvidence, TimingEvidence
from liveloop.probe import Probe

DIMENSIONS: tuple[Dimension, ...] = get_args(Dimension)  # the most serious first
REMARK_COST = 0.2  # five remarks leave nothing of readability
SHARPER: Mapping[str, str] = {
    "null": "For each column that may be missing, write down what that means, then how each filter treats it",
    "nondeterminism": "Store the rows in another order and run it again; sort by a key that leaves no ties",
    "fan-out": "Before each join, say how many rows of the other side can match one row of this side",
    "future-read": "For every fact, ask when you could have known it, and filter on that first",
    "leak": "For every fact that a feature reads, say what it is about and when each of its columns was written",
    "unsettled": "For every label, say how long it may still change, and read none that is younger",
}
COVERED = "Before any formula, say what number is meant and to which units chance was dealt"
DOES_NOT_RUN = "Run it before you hand it in: it has to come to a result first"
ADVICE: Mapping[Dimension, str] = {
    "correctness": "Say in one sentence what one row of the result stands for, and build it from there",
    "edge cases": "Before you write the comparison or the join, write down what should happen at the edge",
    "time": "For every timestamp, write down which clock and which zone it is on before you compare it",
    "robustness": "Call it on the empty and the odd input before you hand it in",
    "speed": "Say how the work grows with the rows, and take the step that grows fastest out",
    "readability": "Read it once as the colleague who must change it next month",
}


class Examined(Protocol):
    """What an examination hands over: `exam.examine.Examination`."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What broke."""

    @property
    def asked(self) -> tuple[str, ...]:
        """The codes of the probes that were put to it, also of those that could not be asked."""

    @property
    def unknown(self) -> tuple[str, ...]:
        """The probes that could not be asked, each as its code, a colon and the reason."""

    @property
    def worlds(self) -> int:
        """How many draws it saw."""

    @property
    def seconds(self) -> float:
        """How long it took."""


@dataclass(frozen=True)
class Shelf:
    """What there is to do next: the other drills, and how each has gone so far (its best signal, by slug)."""

    drills: Sequence[Drill] = ()
    best: Mapping[str, str] | None = None


def mark(
    drill: Drill, attempt: Attempt, examination: Examined, *, examined_at: datetime, shelf: Shelf | None = None
) -> Debrief:
    """Make the debrief of an examined attempt: scores, signal, the next thing, the pushback.

    Raises
    ------
    BadInput
        When no probe could be asked, or not whether it is right at all and nothing else is wrong: such an attempt
        has no signal, neither a good nor a bad one.
    """
    findings = tuple(sorted(examination.findings, key=seriousness))
    asked, unknown = decided(drill, examination)
    if not asked and not findings:
        raise BadInput(
            f"no probe could be asked of this attempt ({'; '.join(unknown) or 'none was tried'})", where=drill.slug
        )
    unsure = next((line for line in unknown if line.startswith(f"{RIGHT}:")), "")
    if unsure and all(finding.dimension in SOFT for finding in findings):
        raise BadInput(f"whether the attempt is right could not be asked ({unsure})", where=drill.slug)
    signal, rule = judge(findings, unknown)
    return Debrief(
        attempt_id=attempt.id,
        drill_id=drill.id,
        findings=findings,
        scores=score(drill, findings, asked),
        signal=signal,
        signal_rule=rule,
        next_thing=choose_next(drill, findings, shelf or Shelf()),
        asked=asked,
        worlds=examination.worlds,
        seconds=examination.seconds,
        examined_at=examined_at,
        pushback=choose_pushback(drill, [finding.probe for finding in findings]),
        unknown=unknown,
    )


def seriousness(finding: Finding) -> int:
    """Order findings: what the sandbox stopped, then by dimension."""
    return -1 if finding.evidence.kind == "containment" else DIMENSIONS.index(finding.dimension)


def decided(drill: Drill, examination: Examined) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Part the probes whose silence means survival from those that could not tell.

    A contrast needs an attempt that agrees on the calm neighbours. One that is wrong on ordinary data agrees with
    nothing, so the silence of the edge probes says nothing about it; of one that does not run at all, no silence does.
    One that is wrong only where rows match twice agrees elsewhere, and was asked there.
    """
    found = {finding.probe for finding in examination.findings}
    failed = {line.partition(":")[0] for line in examination.unknown} - found
    put = [code for code in examination.asked if code not in failed]
    if not any(finding.dimension == "correctness" for finding in examination.findings):
        return tuple(put), examination.unknown
    dimensions = dimensions_of(drill)
    dead = any(finding.dimension == "correctness" and not runs(finding) for finding in examination.findings)
    own = ("speed", "readability") if not dead else ()  # these need no agreement
    mute = [code for code in put if code not in found and dimensions.get(code) not in own]
    reason = "cannot tell of what does not run" if dead else "cannot tell while ordinary data goes wrong"
    if not dead and RIGHT not in found:  # it agrees wherever a row has one match: there the edges were asked
        mute, reason = [code for code in mute if code == RIGHT], "what was found breaks it on ordinary data too"
    asked = tuple(code for code in put if code not in mute)
    return asked, (*examination.unknown, *(f"{code}: {reason}" for code in mute))


def score(drill: Drill, findings: Sequence[Finding], asked: Collection[str]) -> tuple[Score, ...]:
    """Score each dimension that was asked, weights from the rubric and made to add up to 1.

    Wrong on ordinary data is 0. Speed is how much of the time it took was allowed, readability loses a fifth for each
    remark, any other dimension is the share of its probes that stayed silent.
    """
    dimensions = dimensions_of(drill) | {finding.probe: finding.dimension for finding in findings}
    codes = set(asked) | {finding.probe for finding in findings}
    rows = []
    for dimension in DIMENSIONS:
        put = [code for code in codes if dimensions.get(code) == dimension]
        if put:
            rows.append((dimension, put, [finding for finding in findings if finding.dimension == dimension]))
    weights = {dimension: drill.rubric.dimension_weights.get(dimension, 0.0) for dimension, _, _ in rows}
    total = sum(weights.values())
    even = 1 / len(rows) if rows else 0.0
    return tuple(
        Score(
            dimension=dimension,
            score=round(score_dimension(dimension, len(put), found), 4),
            weight=round(weights[dimension] / total if total else even, 4),
            asked=len(put),
            found=len(found),
        )
        for dimension, put, found in rows
    )


def score_dimension(dimension: Dimension, asked: int, found: Sequence[Finding]) -> float:
    """Score one dimension, 0 to 1."""
    if not found:
        return 1.0
    evidence = found[0].evidence
    if isinstance(evidence, TimingEvidence):
        return allowed_share(evidence)
    if isinstance(evidence, LinesEvidence):
        return max(0.0, 1 - REMARK_COST * len(evidence.remarks))
    return 0.0 if dimension == "correctness" else max(0.0, 1 - len(found) / asked)


def allowed_share(evidence: TimingEvidence) -> float:
    """Say how much of the time that an attempt took was allowed; 0 when it was stopped."""
    if evidence.stopped is not None or evidence.attempt_seconds <= 0:
        return 0.0
    return min(1.0, evidence.allowed_ratio * evidence.reference_seconds / evidence.attempt_seconds)


def choose_next(drill: Drill, findings: Sequence[Finding], shelf: Shelf) -> NextThing:
    """Choose the one thing to do next: for the most serious finding, or a harder drill when there is none."""
    if not findings:
        skill = drill.skills[0]
        other = choose_drill(drill, skill, shelf, harder=True)
        if other is None:
            return NextThing("Say aloud in two minutes why it survives, as you would to an interviewer", skill)
        return NextThing(
            f"Take “{other.title}” next: the same skill, and you have not survived it yet", skill, other.slug
        )
    worst = findings[0]
    skill = worst.skill if teaches(shelf.drills, drill, worst.skill) else drill.skills[0]
    other = choose_drill(drill, skill, shelf, harder=False, probe=worst.probe)
    if worst.dimension == "correctness" and not runs(worst):
        return NextThing(f"{DOES_NOT_RUN}; then hand this one in again", drill.skills[0], drill.slug)
    advice = "Keep to the data you are given" if worst.evidence.kind == "containment" else advice_on(worst)
    if other is None:
        return NextThing(f"{advice}; then hand this one in again", skill, drill.slug)
    return NextThing(f"{advice}; practise it on “{other.title}”", skill, other.slug)


def advice_on(finding: Finding) -> str:
    """Say what to do about a finding: by its probe where that says more than its dimension."""
    if finding.evidence.kind == "coverage":
        return COVERED
    return SHARPER.get(finding.probe, ADVICE[finding.dimension])


def teaches(drills: Sequence[Drill], drill: Drill, skill: str) -> bool:
    """Say whether another drill practises that skill."""
    return any(skill in other.skills for other in drills if other.id != drill.id)


def choose_drill(drill: Drill, skill: str, shelf: Shelf, *, harder: bool, probe: str = "") -> Drill | None:
    """Choose another drill of a skill: not yet survived first, then one that asks the same, then by difficulty."""
    best = shelf.best or {}
    others = [other for other in shelf.drills if other.id != drill.id and skill in other.skills]
    if harder:
        others = [other for other in others if best.get(other.slug) not in ("yes", "strong yes")]

    def order(other: Drill) -> tuple[bool, bool, bool, int, str]:
        return (
            best.get(other.slug) in ("yes", "strong yes"),
            bool(probe) and probe not in other.probes,
            other.kind != drill.kind,
            abs(other.difficulty - drill.difficulty - (1 if harder else 0)),
            other.slug,
        )

    return min(others, key=order, default=None)


def choose_pushback(drill: Drill, found: Sequence[str]) -> str:
    """Choose what the interviewer says next: about the most serious finding that has words, else about any attempt."""
    for when in (*found, *(() if found else ("clean",)), "any"):
        for pushback in drill.pushbacks:
            if pushback.when == when:
                return pushback.says
    return ""


def probes_of(drill: Drill) -> dict[str, Probe]:
    """Give the probes that a drill may be asked, by code."""
    return builtin_probes() | own_probes(drill.folder)


def dimensions_of(drill: Drill) -> dict[str, Dimension]:
    """Say which dimension each probe speaks of."""
    return {code: probe.dimension for code, probe in probes_of(drill).items()}
