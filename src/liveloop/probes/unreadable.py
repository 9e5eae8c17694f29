"""Which lines will a reviewer stumble over?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import ClassVar

from liveloop.attempt import Kind
from liveloop.finding import Dimension, Finding, LinesEvidence
from liveloop.probe import Exhibit, Probe, Trial

# The rule: remarks are weighed, a rule counts three times at most, and the probe speaks from a weight of 3 on. So a
# single slip (an unused name, a wide line, a few bare numbers) stays silent; what costs a reader time or a caller
# their data (a changed input, one function with far too many ways through it) speaks at once.
ENOUGH = 3.0
MOST_OF_ONE = 3
LIGHT = 0.5
WEIGHTS = {
    "mutates-input": 3.0,
    "undefined-name": 3.0,
    "complex": 2.0,
    "deep": 2.0,
    "long": 2.0,
    "bare-except": 3.0,
    "mutable-default": 2.0,
    "one-line": 3.0,
    "comma-join": 1.0,
    "unused": 1.0,
    "wildcard-import": 2.0,
    "dead-code": 1.5,
    "commented-out": 1.0,
    "row-loop": 1.0,
    "broad-except": 1.5,
    "select-star": 1.0,
    "plaster": 1.0,
    "position": 1.0,
    "hides-builtin": 1.0,
    "meaningless-name": 1.0,
    "letters": 1.0,
    "print": 1.0,
    "global": 1.0,
    "mixed-case": 1.0,
    "odd-comparison": 0.5,
    "position-loop": 0.5,
    "wide": 0.5,
    "no-docstring": 0.25,
    "magic-number": 0.25,
}
WORDS = {
    "mutates-input": "it changes what it was given",
    "undefined-name": "a name is used that nothing binds",
    "complex": "a function with too many ways through it",
    "deep": "nested too deep",
    "long": "too long to see at once",
    "bare-except": "a bare except",
    "broad-except": "an except that swallows everything",
    "mutable-default": "a default that all calls share",
    "one-line": "all on one line",
    "comma-join": "tables joined by commas",
    "unused": "something is never used",
    "wildcard-import": "a wildcard import",
    "dead-code": "code that never runs",
    "commented-out": "code that was commented out",
    "row-loop": "a loop over the rows of a frame",
    "select-star": "SELECT *",
    "plaster": "DISTINCT as a plaster",
    "position": "grouping or ordering by position",
    "hides-builtin": "a name that hides a builtin",
    "meaningless-name": "names that say nothing",
    "letters": "names of one letter",
    "print": "a print left in",
    "mixed-case": "keywords in both cases",
    "magic-number": "numbers without a name",
    "no-docstring": "no docstring",
    "wide": "lines too wide",
}


class Unreadable(Probe):
    """Code is handed over: the next reader has to see that it is right."""

    code = "unreadable"
    question = "Which lines will a reviewer stumble over?"
    why = "Code is handed over: the next reader has to see that it is right."
    dimension: ClassVar[Dimension] = "readability"
    skill: ClassVar[dict[Kind, str]] = {"sql": "sql.readability", "python": "python.readability"}

    def judge(self, exhibit: Exhibit, trials: Sequence[Trial]) -> Finding | None:
        """Weigh the remarks; speak when they weigh enough."""
        del trials
        evidence = exhibit.reading()
        if evidence is None or weight(evidence) < ENOUGH:
            return None
        heavy = sorted({remark.rule for remark in evidence.remarks}, key=lambda rule: (-WEIGHTS.get(rule, LIGHT), rule))
        return self.finding(
            exhibit, f"somebody reads it: {', '.join(WORDS.get(rule, rule) for rule in heavy[:3])}", evidence
        )


def weight(evidence: LinesEvidence) -> float:
    """Add up the remarks: each rule by its weight, and at most `MOST_OF_ONE` times.

    Examples
    --------
    >>> from liveloop.finding import Remark
    >>> weight(LinesEvidence((Remark(3, "except:", "takes everything", "bare-except"),)))
    3.0
    """
    times = Counter(remark.rule for remark in evidence.remarks)
    return sum(WEIGHTS.get(rule, LIGHT) * min(count, MOST_OF_ONE) for rule, count in times.items())
