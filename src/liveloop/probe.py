"""How is an attempt asked an executable question, and when does silence mean that it survived?

A probe speaks through contrasts. A contrast is one nasty input beside its calm neighbours: the same input without
the one thing the probe is about. The attempt breaks on it when it agrees with the reference on every calm
neighbour and differs on the nasty one; so a finding names its cause, and an attempt that is wrong everywhere is
told so once (`disagrees`) and not once for each probe.
"""

from __future__ import annotations

from abc import ABC
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

from liveloop.attempt import Attempt, Kind
from liveloop.drill import Drill
from liveloop.finding import Dimension, Evidence, Finding, LinesEvidence, TimingEvidence


@dataclass(frozen=True)
class Contrast:
    """One nasty input beside its calm neighbours; `says` completes the sentence "it breaks when ...".

    An input is a database (SQL) or the arguments of a call (Python); probes of one kind know which.
    `beside` are inputs for the reference alone: when it gives the same on every input of the contrast, the contrast
    touches nothing. `unless` names probes: what they found explains this contrast too, so it then counts for nothing;
    with an exclamation mark, only what they found without such a reserve of their own. `held` names the parts of the
    nasty input that `says` speaks of: they stay while it is shrunk.
    `rows_in_order` asks for the order of a result's rows too, where the drill asks for one. `as_stored` says that the
    order in which rows are stored is what is asked about: no batch may stand in for it, and it breaks when its own
    result is another one on every calm neighbour, whether right there or not.
    """

    nasty: Any
    calm: tuple[Any, ...]
    says: str
    beside: tuple[Any, ...] = ()
    unless: tuple[str, ...] = ()
    telling: int | None = None  # so many calm neighbours, from the first, tell whether it touches anything; None: all
    rows_in_order: bool = False
    as_stored: bool = False
    held: tuple[Any, ...] = ()

    @property
    def inputs(self) -> list[Any]:
        """List the inputs that an attempt runs on: the nasty one, then its calm neighbours."""
        return [self.nasty, *self.calm]


@dataclass(frozen=True)
class Trial:
    """What happened on one contrast: did both agree on the calm neighbours, and on the nasty input?

    `agrees` is None when the reference itself could not run there: such a trial counts for nothing.
    `error` is the attempt's error on the nasty input, `size` the rows in it. `missed` says that time ran out before
    the attempt was run on all its inputs: the silence of such a trial is no survival.
    """

    contrast: Contrast
    calm_agrees: bool
    agrees: bool | None
    size: int
    error: str | None = None
    missed: bool = False

    @property
    def broke(self) -> bool:
        """Whether the attempt survives every calm neighbour and breaks on the nasty input."""
        return self.calm_agrees and self.agrees is False


class Exhibit(Protocol):
    """An attempt laid out for the probes, with all that may be done to it."""

    drill: Drill
    attempt: Attempt
    seed: int

    def bases(self) -> Sequence[Any]:
        """Give small calm inputs drawn from the drill's world, without any of the nastiness a probe adds."""

    def trials(self, contrasts: Sequence[Contrast]) -> Sequence[Trial]:
        """Run the attempt and the reference on every input of the contrasts, batched."""

    def smallest(self, trial: Trial) -> Trial:
        """Shrink a broken trial to the smallest one found that still breaks in the same way."""

    def evidence(self, trial: Trial) -> Evidence:
        """Show a trial: the input, both results, what differs."""

    def timing(self) -> TimingEvidence | None:
        """Time attempt and reference at ten times the size; None when the attempt is fast enough."""

    def reading(self) -> LinesEvidence | None:
        """Read the text line by line; None when nothing was found."""


class Probe(ABC):
    """One executable question put to an attempt; silence means it survived."""

    code: ClassVar[str]
    question: ClassVar[str]
    why: ClassVar[str]
    dimension: ClassVar[Dimension]
    skill: ClassVar[dict[Kind, str]]  # the kinds it can be asked of, and the skill each speaks of

    def contrasts(self, exhibit: Exhibit) -> Sequence[Contrast]:
        """Make the inputs to run; a probe that needs none overrides `judge` alone."""
        del exhibit
        return ()

    def judge(self, exhibit: Exhibit, trials: Sequence[Trial]) -> Finding | None:
        """Take the smallest broken trial, shrink it, and say what it shows."""
        broken = sorted((trial for trial in trials if trial.broke), key=lambda trial: trial.size)
        if not broken:
            return None
        trial = exhibit.smallest(broken[0])
        return self.finding(exhibit, trial.contrast.says, exhibit.evidence(trial))

    def finding(self, exhibit: Exhibit, claim: str, evidence: Evidence) -> Finding:
        """Word a finding of this probe."""
        return Finding(self.code, claim, evidence, self.dimension, self.skill[exhibit.drill.kind])
