"""Is a concept that a text names used or rejected?"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

from liveloop.exam.prose.candidates import Candidate
from liveloop.exam.prose.echoes import Echoes
from liveloop.exam.prose.lexicon import Lexicon
from liveloop.exam.prose.marks import Marks
from liveloop.exam.prose.matcher import Hits
from liveloop.exam.prose.pages import Page
from liveloop.exam.prose.scope import REACH, Cue, cues
from liveloop.exam.prose.settle import Judged, settle
from liveloop.exam.prose.verdicts import Verdicts

Stance = Literal["used", "rejected"]
LONGEST_CUE = 10  # words
NEAR_HAZARD = 6  # words between "no" and the hazard that is absent
NEAR_GUARD = 3  # words between "no" and the guardrail
ADOPTED = 12  # words between "I would" and the thing that is used


def judge(page: Page, hits: Hits, lexicon: Lexicon, found: list[Candidate]) -> list[Judged]:
    """Give each candidate its stance; leave out what is only asked, told of others, or missing as a matter of fact."""
    bench = _Bench(Marks(page, hits, lexicon), lexicon, found)
    judged: list[Judged] = []
    for one in found:
        decided = bench.decide(one)
        if decided is not None:
            used, said = decided
            judged.append(Judged(one, "used" if used else "rejected", page.within[one.first], said))
    settled = settle(judged, bench.tools)
    return settled + [
        replace(one, one=replace(one.one, concept=implied))
        for one in settled
        for implied in lexicon.wordings[one.one.concept].implies
        if one.stance == "used"
    ]


class _Bench:
    """Decides one candidate at a time: is it used, and does the text say so? None when it is neither."""

    def __init__(self, marks: Marks, lexicon: Lexicon, found: list[Candidate]) -> None:
        self.marks, self.page, self.wordings = marks, marks.page, lexicon.wordings
        self.tools = {concept for concept, wording in self.wordings.items() if wording.manner == "tool"}
        self.verdicts = Verdicts(marks, [one for one in found if one.named and one.concept in self.tools])
        self.echoes = Echoes(marks, self.verdicts)
        self.governing = cues(marks)
        self.firsts = [cue.first for cue in self.governing]

    def decide(self, one: Candidate) -> tuple[bool, bool] | None:
        """Decide as the manner of the concept wants it."""
        wording = self.wordings[one.concept]
        if not wording.asks and self.echoes.only_asked(one):
            answer = self.echoes.answered(one)
            return None if answer is None else (answer, True)
        if wording.manner == "tool":
            return self._tool(one)
        if wording.manner == "worry":
            return self._worry(one)
        if wording.manner == "hazard":
            return (True, True) if self._weighed(one) else None
        denied = bool(self._just_before(one, NEAR_GUARD)) and not self.verdicts.says("harmless", one)
        if wording.manner == "aspect":
            return None if denied or len(list(self._before(one))) % 2 else (True, True)
        return not denied and not self.verdicts.says("bad", one), True

    def _tool(self, one: Candidate) -> tuple[bool, bool] | None:
        """A tool is rejected by an odd number of cues before it, or by what is said behind it."""
        if one.spurned:
            return False, True
        before = list(self._before(one))
        if any(self.marks.supposes(cue.first) for cue in before):
            return True, True
        if len(before) % 2:
            if self._omitted(before[0]) and self.verdicts.says("bad", one):
                return True, True
            return None if self._missing(before[0]) else (False, True)
        if before:
            return True, True
        if self.verdicts.against(one) or self.echoes.against(one):
            return False, True
        return None if self.echoes.foreign(one) else (True, self._adopted(one))

    def _worry(self, one: Candidate) -> tuple[bool, bool] | None:
        """A worry is rejected where it is said to be absent, and not only looked for."""
        if self.echoes.foreign(one):
            return (False, True) if self.echoes.echoed(one) else None
        return self._weighed(one) and (one.named or not self.verdicts.put_aside(one, "absent")), True

    def _weighed(self, one: Candidate) -> bool:
        """Say whether a hazard is taken seriously: neither absent nor harmless, or only made sure to be absent."""
        if self.echoes.foreign(one):
            return False
        start = self.marks.sentence(one.first).first
        before = self._just_before(one, NEAR_HAZARD) if one.named else []
        unworried = self.marks.within("unworried", max(start, one.first - NEAR_HAZARD - LONGEST_CUE), one.first)
        near = [
            first
            for first, last in unworried
            if one.first - last <= NEAR_HAZARD and not any(self.page.gaps[last : one.first + 1])
        ]
        cue = min([*(cue.first for cue in before), *near], default=one.first)
        if (len(before) % 2 or near) and not self._verified(one, cue):
            return False
        return bool(before) or not (self.verdicts.says("harmless", one) or self.echoes.dismissed(one))

    def _before(self, one: Candidate) -> Iterator[Cue]:
        """Give the cues whose reach holds a candidate, or half of what makes it."""
        low = bisect_left(self.firsts, one.first - REACH - LONGEST_CUE)
        for cue in self.governing[low : bisect_left(self.firsts, one.last)]:
            if any(first <= cue.first and cue.last <= last for first, last in one.parts):
                continue
            if not one.named and cue.first >= one.first:
                continue
            held = sum(cue.last <= first < cue.until or cue.last <= last - 1 < cue.until for first, last in one.parts)
            if held and 2 * held >= len(one.parts):
                yield cue

    def _just_before(self, one: Candidate, words: int) -> list[Cue]:
        """Give the negations right before a candidate."""
        low = bisect_left(self.firsts, one.first - words - LONGEST_CUE)
        return [
            cue
            for cue in self.governing[low : bisect_left(self.firsts, one.first)]
            if cue.kind != "prefers" and 0 <= one.first - cue.last <= words and one.first < cue.until
        ]

    def _omitted(self, cue: Cue) -> bool:
        """Say whether a cue leaves something out as the subject of its clause: "skipping it would be wrong"."""
        return cue.first in self.marks.at["omits"] and self.marks.clause_start(cue.first) == cue.first

    def _missing(self, cue: Cue) -> bool:
        """Say whether a cue only tells that something was not there: "nobody had kept one"."""
        here = self.marks.sentence(cue.first)
        spans = self.marks.beginning("absences", max(here.first, cue.first - 3), cue.last)
        return any(last >= cue.first for _, last in spans) and not self.marks.within("oughts", here.first, here.last)

    def _verified(self, one: Candidate, cue: int) -> bool:
        """Say whether a clause makes sure before its cue: "check that there is no leak", but not "no need to check"."""
        start = self.marks.clause_start(one.first)
        return any(first <= cue for first, _ in self.marks.beginning("verifies", start, one.first))

    def _adopted(self, one: Candidate) -> bool:
        """Say whether the writer does the thing: "I would use ...", "use ...", "... will do"."""
        first = self.marks.sentence(one.first).first
        start = max(first, one.first - ADOPTED, self.marks.clause_start(one.first))
        people = self.marks.beginning("people", start, one.first)
        if any(last not in self.marks.at["entertaining"] for _, last in people) or self.verdicts.says("suits", one):
            return True
        return any(begins - start <= 2 for begins, _ in self.marks.beginning("adopts", start, one.first))
