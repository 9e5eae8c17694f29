"""What breaks in an attempt, asked by every probe of its drill?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from liveloop.attempt import Attempt
from liveloop.base.clock import Clock
from liveloop.drill import Drill
from liveloop.exam.ask import builtin_probes, own_probes
from liveloop.exam.estimator import EstimatorExhibit
from liveloop.exam.python import PythonExhibit
from liveloop.exam.sql import SqlExhibit
from liveloop.exam.sql_run import Box
from liveloop.exam.views import ViewsExhibit
from liveloop.finding import ContainmentEvidence, DatabaseEvidence, Evidence, Finding, TimingEvidence
from liveloop.probe import Contrast, Probe, Trial

SLOW_LIMITS = ("wall", "cpu")
HARMLESS = ("slow", "unreadable")  # what these find is not that a result is wrong


@dataclass(frozen=True)
class Progress:
    """How far an examination is: what is being done, how much of it, of how much."""

    stage: str
    done: int
    total: int


@dataclass(frozen=True)
class Examination:
    """What came of examining an attempt: the findings, which probes were asked, which could not be and why."""

    findings: tuple[Finding, ...]
    asked: tuple[str, ...]
    unknown: tuple[str, ...]
    worlds: int
    seconds: float


Tell = Callable[[Progress], None]
AnyExhibit = SqlExhibit | PythonExhibit | EstimatorExhibit | ViewsExhibit


def examine(
    drill: Drill, attempt: Attempt, *, sandbox: Box, seed: int = 0, clock: Clock, tell: Tell | None = None
) -> Examination:
    """Ask every probe of the drill and gather what they find.

    A probe that fails itself is unknown, with the reason; it never counts as survived.
    """
    began = clock()
    say = tell or (lambda _: None)
    probes = _probes_of(drill)
    codes = drill.probes
    say(Progress("laying out", 0, len(probes) + 2))
    exhibit: AnyExhibit
    if drill.kind == "sql":
        exhibit = SqlExhibit(drill, attempt, sandbox, seed)
    elif drill.kind == "features":
        exhibit = ViewsExhibit(drill, attempt, seed)
    elif drill.estimator is not None:
        exhibit = EstimatorExhibit(drill, attempt, sandbox, seed, tell=lambda *how: say(Progress(*how)))
    else:
        exhibit = PythonExhibit(drill, attempt, sandbox, seed)
    here = {probe.code for probe in probes}
    unknown = {code: "there is no such probe any more" for code in codes if code not in here}
    contrasts = _contrasts(exhibit, probes, unknown)
    say(Progress("running", 1, len(probes) + 2))
    trials = _trials(exhibit, contrasts, unknown)
    findings = list(_refused(exhibit))
    if not findings:
        findings = _judge(exhibit, probes, trials, unknown, say)
        findings += _stopped(exhibit, findings)
        findings += _searched(exhibit, findings, here, say)
    worlds = len({id(d) for some in contrasts.values() for c in some for d in (c.nasty, *c.calm)})
    if isinstance(exhibit, EstimatorExhibit):
        worlds = exhibit.draws
    elif isinstance(exhibit, ViewsExhibit):
        worlds = 1
    reasons = tuple(f"{code}: {reason}" for code, reason in unknown.items())
    seconds = (clock() - began).total_seconds()
    return Examination(_once(findings), codes, reasons, worlds, seconds)


def _probes_of(drill: Drill) -> list[Probe]:
    known = {**builtin_probes(), **own_probes(drill.folder)}
    return [known[code] for code in drill.probes if code in known]


def _contrasts(exhibit: AnyExhibit, probes: Sequence[Probe], unknown: dict[str, str]) -> dict[str, list[Contrast]]:
    made: dict[str, list[Contrast]] = {}
    for probe in probes:
        if isinstance(exhibit, SqlExhibit) and exhibit.laid(probe.code):
            made[probe.code] = []
            continue
        try:
            made[probe.code] = list(probe.contrasts(exhibit))
        except Exception as error:  # noqa: BLE001 - a probe is foreign code too: it may fail, the others are asked
            unknown[probe.code] = f"{type(error).__name__}: {error}"
    if not isinstance(exhibit, SqlExhibit):
        return made
    try:
        return exhibit.pick(made)
    except Exception as error:  # noqa: BLE001 - said for each probe, never passed over
        unknown.update(dict.fromkeys((code for code, some in made.items() if some), f"{type(error).__name__}: {error}"))
        return {code: [] for code in made}


def _trials(
    exhibit: AnyExhibit, contrasts: dict[str, list[Contrast]], unknown: dict[str, str]
) -> dict[str, list[Trial]]:
    together = [contrast for some in contrasts.values() for contrast in some]
    try:
        tried = list(exhibit.trials(together)) if together else []
    except Exception as error:  # noqa: BLE001 - said for each probe, never passed over
        unknown.update(dict.fromkeys((c for c, some in contrasts.items() if some), f"{type(error).__name__}: {error}"))
        return {code: [] for code in contrasts}
    dealt, at = {}, 0
    for code, some in contrasts.items():
        dealt[code] = tried[at : at + len(some)]
        at += len(some)
    return dealt


def _judge(
    exhibit: AnyExhibit,
    probes: Sequence[Probe],
    trials: dict[str, list[Trial]],
    unknown: dict[str, str],
    say: Tell,
) -> list[Finding]:
    findings: list[Finding] = []
    ordered = list(probes)
    if isinstance(exhibit, SqlExhibit):
        trials = _settled(exhibit, probes, trials, unknown)
    else:
        ordered = _in_turn(probes, trials)
    for number, probe in enumerate(ordered):
        say(Progress(probe.code, number + 2, len(probes) + 2))
        if probe.code in unknown:
            continue
        mine = trials.get(probe.code, [])
        if not isinstance(exhibit, SqlExhibit):
            found = {finding.probe for finding in findings}
            mine = [trial for trial in mine if not found & set(trial.contrast.unless)]
        try:
            finding = probe.judge(exhibit, mine)
        except Exception as error:  # noqa: BLE001 - as above
            unknown[probe.code] = f"{type(error).__name__}: {error}"
            continue
        if finding is not None:
            findings.append(finding)
    order = [probe.code for probe in probes]
    return sorted(findings, key=lambda finding: order.index(finding.probe) if finding.probe in order else len(order))


def _in_turn(probes: Sequence[Probe], trials: dict[str, list[Trial]]) -> list[Probe]:
    """Put each probe behind those whose findings may explain what broke for it, as far as that goes."""
    waits = {
        code: {other for trial in some if trial.broke for other in trial.contrast.unless}
        for code, some in trials.items()
    }
    left, ordered = list(probes), []
    while left:
        open_codes = {probe.code for probe in left}
        free = (probe for probe in left if not waits.get(probe.code, set()) & (open_codes - {probe.code}))
        ordered.append(next(free, left[0]))
        left.remove(ordered[-1])
    return ordered


def _settled(
    exhibit: SqlExhibit, probes: Sequence[Probe], trials: dict[str, list[Trial]], unknown: dict[str, str]
) -> dict[str, list[Trial]]:
    try:
        return exhibit.settled({probe.code: probe for probe in probes}, trials)
    except Exception as error:  # noqa: BLE001 - said for each probe, never passed over
        unknown.update(dict.fromkeys(trials, f"{type(error).__name__}: {error}"))
        return {}


def _refused(exhibit: AnyExhibit) -> list[Finding]:
    """Say once that a text does not run at all."""
    if isinstance(exhibit, ViewsExhibit) and exhibit.refused is not None:
        nothing = DatabaseEvidence({}, None, None, error=str(exhibit.refused))
        claim = f"it does not run: {exhibit.refused.wrong}"
        return [replace(_finding(exhibit, "brittle", claim, nothing), dimension="correctness")]
    if not isinstance(exhibit, SqlExhibit) or exhibit.refused is None:
        return []
    words = exhibit.refused
    outside = words.startswith("Permission Error") or "disabled by configuration" in words
    if outside:
        return [_finding(exhibit, "brittle", "it reaches outside the database", ContainmentEvidence("refused", words))]
    first = exhibit.family("alone")[0]
    sheet = exhibit.evidence(Trial(Contrast(first, (), ""), calm_agrees=True, agrees=False, size=first.size))
    line = words.splitlines()[0]
    # Nothing at all comes of it: that is no edge, whichever probe words it.
    return [replace(_finding(exhibit, "brittle", f"it does not run: {line}", sheet), dimension="correctness")]


def _searched(exhibit: AnyExhibit, findings: Sequence[Finding], here: set[str], say: Tell) -> list[Finding]:
    """Search for what no probe asks, where none found the result wrong anywhere."""
    if not isinstance(exhibit, SqlExhibit) or any(finding.probe not in HARMLESS for finding in findings):
        return []
    if exhibit.stops:  # what met a limit has not survived anything
        return []
    say(Progress("searching", len(here) + 1, len(here) + 2))
    found = exhibit.searched()
    if found is None or found[0] not in here:
        return []
    code, trial = found
    return [_finding(exhibit, code, trial.contrast.says, exhibit.evidence(trial))]


def _stopped(exhibit: AnyExhibit, findings: Sequence[Finding]) -> list[Finding]:
    """Report what the sandbox stopped, unless a finding shows it already."""
    shown = {f.evidence.limit for f in findings if isinstance(f.evidence, ContainmentEvidence)}
    shown |= {
        f.evidence.stopped.partition(":")[0]
        for f in findings
        if isinstance(f.evidence, TimingEvidence) and f.evidence.stopped
    }
    made = []
    for stop in {stop.limit: stop for stop in exhibit.stops}.values():
        if stop.limit not in shown and not (stop.limit in SLOW_LIMITS and shown & set(SLOW_LIMITS)):
            code = "slow" if stop.limit in SLOW_LIMITS else "brittle"
            made.append(
                _finding(
                    exhibit, code, f"the sandbox stopped it ({stop})", ContainmentEvidence(stop.limit, stop.detail)
                )
            )
            shown.add(stop.limit)
    return made


def _finding(exhibit: AnyExhibit, code: str, claim: str, evidence: Evidence) -> Finding:
    return builtin_probes()[code].finding(exhibit, claim, evidence)


def _once(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    seen: dict[tuple[str, str], Finding] = {}
    for finding in findings:
        seen.setdefault((finding.probe, finding.claim), finding)
    return tuple(seen.values())
