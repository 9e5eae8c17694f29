"""Which word would a hiring panel write on the scorecard, and by which rule?

====================  ===============================================================================================
strong yes            nothing broke and every probe could be asked
yes                   nothing broke but speed or readability, or nothing broke but not every probe could be asked
lean yes              right on ordinary data, one class of edge breaks it
lean no               right on ordinary data, two or more classes of edges break it
no                    wrong on ordinary data, or stopped by the sandbox
strong no             does not run on ordinary data, or wrong there and stopped by the sandbox
====================  ===============================================================================================

A class of edge is a probe: two inputs that break the same thing count once.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import get_args

from liveloop.debrief import Signal
from liveloop.finding import CallEvidence, DatabaseEvidence, Finding

SIGNALS: tuple[Signal, ...] = get_args(Signal)  # the worst first
RIGHT = "disagrees"  # the probe that asks whether an attempt is right on ordinary data
SOFT = ("speed", "readability")


def judge(findings: Sequence[Finding], unknown: Collection[str]) -> tuple[Signal, str]:
    """Judge what broke: the signal, and the rule that gave it in words.

    Examples
    --------
    >>> judge([], [])
    ('strong yes', 'Strong yes: nothing broke, and every probe could be asked.')
    >>> judge([], ["slow: the reference itself is too slow here"])[0]
    'yes'
    """
    wrong = [finding for finding in findings if finding.dimension == "correctness"]
    stopped = [finding for finding in findings if finding.evidence.kind == "containment"]
    if any(not runs(finding) for finding in wrong):
        return "strong no", "Strong no: it does not run on ordinary data."
    if stopped and any(finding not in stopped for finding in wrong):
        return "strong no", "Strong no: wrong on ordinary data, and stopped by the sandbox."
    if stopped:
        return "no", "No: the sandbox had to stop it."
    if wrong:
        plainly = any(finding.probe == RIGHT for finding in wrong)
        return "no", f"No: wrong on ordinary data{', before any edge is tried' if plainly else f' ({wrong[0].probe})'}."
    return judge_edges(findings, unknown)


def judge_edges(findings: Sequence[Finding], unknown: Collection[str]) -> tuple[Signal, str]:
    """Judge an attempt that is right on ordinary data."""
    edges = list(dict.fromkeys(finding.probe for finding in findings if finding.dimension not in SOFT))
    soft = list(dict.fromkeys(finding.probe for finding in findings if finding.dimension in SOFT))
    if len(edges) > 1:
        return (
            "lean no",
            f"Lean no: right on ordinary data, but {len(edges)} classes of edges break it ({', '.join(edges)}).",
        )
    if edges:
        return "lean yes", f"Lean yes: right on ordinary data, and one class of edge breaks it ({edges[0]})."
    if soft:
        return "yes", f"Yes: nothing it computes is wrong; what remains is {' and '.join(soft)}."
    if unknown:
        return "yes", f"Yes: nothing broke, but not every probe could be asked ({len(unknown)} could not)."
    return "strong yes", "Strong yes: nothing broke, and every probe could be asked."


def runs(finding: Finding) -> bool:
    """Say whether the attempt gave any result at all where the finding shows it wrong."""
    evidence = finding.evidence
    return not (isinstance(evidence, DatabaseEvidence | CallEvidence) and evidence.got is None and evidence.error)
