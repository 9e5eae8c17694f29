"""What does a sentence say of a thing that it names: that it fails, that it was only a thought, that it is no worry?"""

from __future__ import annotations

from bisect import bisect_left, bisect_right

from liveloop.exam.prose.candidates import Candidate
from liveloop.exam.prose.marks import STRONG, Marks

BEHIND = 14  # words between a thing and what is said of it
RIGHT_BEHIND = 4  # the same, where the thing is words near one another
DOUBTED = 9  # words between a doubt and its thing
AFTER_MARK = 6  # words before the colon or dash behind which a verdict may stand
OPENING = 4  # words in which the next sentence takes a thing up
PREDICATE = 6  # words between a subject and its verb
SHORT = 3  # words of a name that can be a subject
SUBJECT = 3  # words before the thing that a clause is about


class Verdicts:
    """Answers what the sentence of a candidate says of it; `found` are the tools that the text names."""

    def __init__(self, marks: Marks, found: list[Candidate]) -> None:
        self.marks, self.page = marks, marks.page
        self.found = found
        self.firsts = [one.first for one in found]

    def against(self, one: Candidate) -> bool:
        """Say whether the sentence of a candidate puts it aside."""
        return (
            self.says("bad", one)
            or one.last in self.marks.at["adjuncts"]
            or self._faint(one)
            or self._sour(one)
            or self._shunned(one)
            or (self.entertained(one) and self._turned(one))
            or (not one.named and self.put_aside(one, "aside"))
        )

    def says(self, kind: str, one: Candidate) -> bool:
        """Say whether a verdict of a kind is spoken of a candidate in the rest of its clause, and not itself denied."""
        end = min(self._region(one), one.last + (BEHIND if one.named else RIGHT_BEHIND))
        for first, last in self.marks.beginning(kind, one.last, end):
            if first in self.marks.at["people"]:
                spoken = self.marks.stops_at(last, self.marks.sentence(first).last)
            else:
                spoken = not self._crossed(one, first)
            if spoken and not self._denied(one, first, last):
                return True
        return kind == "bad" and self._labelled(one)

    def entertained(self, one: Candidate) -> bool:
        """Say whether a candidate is only a thought: "tempting", "I considered it"."""
        start = max(self.marks.sentence(one.first).first, one.first - DOUBTED)
        for _, last in self.marks.within("doubts", start, one.first):
            if not any(self.page.gaps[place] in (",", ";", "-") for place in range(last, one.first + 1)):
                return True
        return self.says("doubts", one)

    def put_aside(self, one: Candidate, kind: str) -> bool:
        """Say whether the sentences of a candidate without a name put something aside, wherever they say so."""
        marks = self.marks
        for number in range(self.page.within[one.first], self.page.within[one.last - 1] + 1):
            here = self.page.sentences[number]
            if any(self._meant(one, first, last) for first, last in marks.within(kind, here.first, here.last)):
                return True
            doubts = marks.within("doubts", here.first, here.last) if kind == "aside" else []
            if any(marks.within("turns", last, here.last) for _, last in doubts):
                return True
        return False

    def is_last(self, one: Candidate) -> bool:
        """Say whether no other tool follows a candidate in its sentence."""
        end = self.marks.sentence(one.first).last
        later = self.found[bisect_right(self.firsts, one.last - 1) : bisect_left(self.firsts, end)]
        return not any(other.concept != one.concept for other in later)

    def ends_clause(self, place: int, last: int) -> bool:
        """Say whether a verdict that ends before a word stands for itself."""
        return place >= last or bool(self.page.gaps[place]) or place in self.marks.at["reasons"]

    def _faint(self, one: Candidate) -> bool:
        """Say whether a clause begins with a name that "would" do something that is no praise."""
        marks = self.marks
        if not one.named or one.first - marks.clause_start(one.first) > SUBJECT:
            return False
        for first, last in marks.beginning("guesses", one.last, min(self._region(one), one.last + RIGHT_BEHIND)):
            praised = marks.beginning("praises", last, last + RIGHT_BEHIND) or first - 1 in marks.at["subjects"]
            if not praised and not self._crossed(one, first) and not self._denied(one, first, last):
                return True
        return False

    def _sour(self, one: Candidate) -> bool:
        """Say whether a sentence begins with a name and says something sour of it: "A rollout needs time we lack"."""
        marks, here = self.marks, self.marks.sentence(one.first)
        if not one.named or one.last - one.first > SHORT or one.first - here.first > SUBJECT:
            return False
        predicates = marks.beginning("predicates", one.last, min(here.last, one.last + PREDICATE))
        if marks.within("people", here.first, one.first) or not predicates or self.says("suits", one):
            return False
        verb = predicates[0][0]
        if any(self.page.gaps[place] for place in range(one.last, verb + 1)):
            return False
        turned = [first for first, _ in marks.within("adopting", verb, here.last)]
        sours = marks.within("sours", verb, min(turned, default=here.last))
        return any(not marks.free(*span) for span in sours)

    def _shunned(self, one: Candidate) -> bool:
        """Say whether a sentence puts "it" aside behind a candidate, or stands around it: "leave ... out"."""
        marks, end = self.marks, self.marks.sentence(one.first).last
        if any(last >= one.last for _, last in marks.beginning("around", one.first - BEHIND, one.first)):
            return True
        if not self.is_last(one):
            return False
        return marks.puts_aside(one.last, end) or any(
            self.page.words[first - 1] == "it" and marks.about_itself(last)
            for first, last in marks.within("bad", one.last + 1, end)
        )

    def _turned(self, one: Candidate) -> bool:
        """Say whether a text turns away behind a thought, or conceded it from the start."""
        marks, here = self.marks, self.marks.sentence(one.last - 1)
        if marks.within("turns", one.last, here.last):
            return True
        conceded = marks.within("concedes", here.first, one.first)
        if any(first <= here.first + 1 or self.page.gaps[first] for first, _ in conceded):
            return True
        following = marks.following(one.last - 1)
        return following is not None and bool(marks.beginning("turns", following.first, following.first + 2))

    def _meant(self, one: Candidate, first: int, last: int) -> bool:
        """Say whether a phrase that puts something aside is meant so, and is not one of the words of a candidate."""
        if any(begins < last and first < ends for begins, ends in one.parts if ends - begins > 1):
            return False
        return not self.marks.supposes(first) and not self.marks.free(first, last)

    def _region(self, one: Candidate) -> int:
        """Give the word at which what is said of a candidate must have begun."""
        at = self.marks.at
        limit = min(self.marks.sentence(one.last - 1).last, one.last + BEHIND)
        for place in range(one.last, limit):
            gap = self.page.gaps[place]
            if (gap and gap in STRONG and gap not in "()") or (gap == "," and place not in at["going-on"]):
                return place
            if place in at["stops"]:
                return place
            if place in at["subjects"] and place > one.last and not self._fronted(place):
                return place
        return limit

    def _fronted(self, place: int) -> bool:
        """Say whether a person here only puts the thing first: "A t-test I would not use"."""
        return place in self.marks.at["people"] and bool(self.marks.beginning("bad", place, place + 3))

    def _crossed(self, one: Candidate, at: int) -> bool:
        """Say whether another tool stands between a candidate and a verdict, so that it is the other's."""
        for other in self.found[bisect_left(self.firsts, one.last) : bisect_left(self.firsts, at)]:
            between = range(one.last, other.first)
            if other.concept != one.concept and any(place not in self.marks.at["alike"] for place in between):
                return True
        return False

    def _denied(self, one: Candidate, first: int, last: int) -> bool:
        """Say whether a verdict is denied: "would not be wrong"."""
        low = max(one.last, first - 3)
        before = [*self.marks.within("negates", low, first), *self.marks.within("lacks", low, first)]
        return self.marks.free(first, last) or any(not self.marks.free(*span) for span in before)

    def _labelled(self, one: Candidate) -> bool:
        """Say whether a verdict stands right behind a mark: "t-test: overkill"."""
        end = self.marks.sentence(one.last - 1).last
        for place in range(one.last, min(end, one.last + AFTER_MARK)):
            gap = self.page.gaps[place]
            if gap:
                spans = self.marks.beginning("verdicts", place, place + 1) if gap in ":-(" else []
                return any(self.ends_clause(last, end) or last - first > 1 for first, last in spans)
        return False
