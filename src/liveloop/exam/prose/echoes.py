"""What do the sentences around say of a thing: is it answered, taken up, put aside, or told of others only?"""

from __future__ import annotations

from bisect import bisect_left

from liveloop.exam.prose.candidates import Candidate
from liveloop.exam.prose.marks import Marks
from liveloop.exam.prose.pages import Sentence
from liveloop.exam.prose.verdicts import OPENING, SUBJECT, Verdicts

TAKEN_UP = 10  # words in which the next sentence says what it does with the last one
CURT = 6  # words of a sentence that is only a verdict
FRAGMENT = 4  # words of a question that only names a thing: "A t-test?"
ANSWERS = 2  # sentences in which something asked may be answered
TAKEN = 8  # words in which the writer takes up what others do


class Echoes:
    """Answers what is said of a candidate outside its own clause."""

    def __init__(self, marks: Marks, verdicts: Verdicts) -> None:
        self.marks, self.page, self.verdicts = marks, marks.page, verdicts
        self.headed = _headed(marks)

    def against(self, one: Candidate) -> bool:
        """Say whether the sentences around a candidate put it aside."""
        return self.echoed(one) or self.page.within[one.first] in self.headed or self._floated(one) or self._unreal(one)

    def echoed(self, one: Candidate) -> bool:
        """Say whether the next sentence takes a candidate up and puts it aside: "That would be wrong", "Skip"."""
        marks, following = self.marks, self.marks.following(one.last - 1)
        if following is None or not self.verdicts.is_last(one) or following.first in marks.at["conditions"]:
            return False
        if self._curt(following) or self._elliptic(following):
            return True
        if self._speaks_of_another(one, following):
            return False
        if marks.puts_aside(following.first, following.last):
            return True
        return not self._own(one) and self._condemned(following)

    def dismissed(self, one: Candidate) -> bool:
        """Say whether the next sentence says that a hazard is none: "There is nothing to weigh here"."""
        following = self.marks.following(one.last - 1)
        if following is None or not self.verdicts.is_last(one):
            return False
        return bool(self.marks.within("dismisses", following.first, min(following.last, following.first + TAKEN_UP)))

    def foreign(self, one: Candidate) -> bool:
        """Say whether a candidate is what others do, and the writer does not take it up."""
        here = self.marks.sentence(one.first)
        if not self.marks.within("others", here.first, one.first):
            return False
        people = self.marks.within("people", here.first, one.last)
        if any(last not in self.marks.at["hearsay"] for _, last in people):
            return False
        following = self.marks.following(one.last - 1)
        return following is None or not self.marks.within("taken", following.first, following.first + TAKEN)

    def only_asked(self, one: Candidate) -> bool:
        """Say whether a candidate is asked about; a question that asks how many or how often does what it names."""
        here = self.marks.sentence(one.last - 1)
        if not here.asks:
            return False
        if any(self.page.gaps[place] == ":" for place in range(one.last, here.last)):
            return False  # "look for leaks: is any column set afterwards?"
        inquires = self.marks.within("inquires", here.first, here.last)
        for first, _ in self.marks.within("deliberates", here.first, here.last):
            if not any(other <= first for other, _ in inquires):
                return True
        return one.named and not inquires

    def answered(self, one: Candidate) -> bool | None:
        """Say what the next sentences answer to what is asked: put aside, taken, or nothing."""
        number = self.page.within[one.last - 1]
        asking = self.page.sentences[number]
        for place, sentence in enumerate(self.page.sentences[number + 1 : number + 1 + ANSWERS]):
            if self._turns_down(sentence, first=place == 0):
                return False
            affirmed = sentence.first in self.marks.at["affirms"]
            if not place and (affirmed or (one.named and asking.last - asking.first <= FRAGMENT)):
                return affirmed  # "A t-test? Each user has forty rows."
        return None

    def _turns_down(self, sentence: Sentence, *, first: bool) -> bool:
        """Say whether a sentence is a no to what was asked."""
        return (
            (first and sentence.first in self.marks.at["verdicts"])
            or self._curt(sentence)
            or self._elliptic(sentence)
            or self._condemned(sentence)
            or self._refuses(sentence)
            or self.marks.puts_aside(sentence.first, sentence.last)
        )

    def _floated(self, one: Candidate) -> bool:
        """Say whether a candidate was only brought up, and nothing in the next sentence takes it up."""
        if not one.named or not self.verdicts.says("floated", one):
            return False
        following = self.marks.following(one.last - 1)
        return following is None or not self.marks.within("taken", following.first, following.first + OPENING)

    def _unreal(self, one: Candidate) -> bool:
        """Say whether a candidate hangs on a condition that does not hold: "if we had ten, I would. We have one."."""
        here = self.marks.sentence(one.first)
        wanted = self.marks.beginning("wants", one.last, one.last + SUBJECT)
        if not wanted and not self.marks.within("unreal", here.first, one.first):
            return False
        following = self.marks.following(one.last - 1)
        denied = following is not None and following.first in self.marks.at["denials"]
        return denied or bool(self.marks.within("turns", one.last, here.last))

    def _speaks_of_another(self, one: Candidate, sentence: Sentence) -> bool:
        """Say whether a sentence names another tool."""
        verdicts = self.verdicts
        low, high = bisect_left(verdicts.firsts, sentence.first), bisect_left(verdicts.firsts, sentence.last)
        return any(other.concept != one.concept for other in verdicts.found[low:high])

    def _own(self, one: Candidate) -> bool:
        """Say whether the writer speaks for themselves before a candidate."""
        here = self.marks.sentence(one.first)
        own = [
            last
            for _, last in self.marks.within("people", here.first, one.first)
            if last not in self.marks.at["hearsay"] and last + 1 not in self.marks.at["hearsay"]
        ]
        return bool(own) and not self.verdicts.entertained(one)

    def _curt(self, sentence: Sentence) -> bool:
        """Say whether a sentence is no more than a verdict: "Not needed."."""
        if sentence.last - sentence.first > CURT:
            return False
        spans = self.marks.beginning("verdicts", sentence.first, sentence.first + 1)
        return any(self.verdicts.ends_clause(last, sentence.last) or last - first > 1 for first, last in spans)

    def _elliptic(self, sentence: Sentence) -> bool:
        """Say whether a sentence begins with "I would not" and leaves the rest to the reader."""
        spans = self.marks.within("elliptic", sentence.first, min(sentence.last, sentence.first + OPENING + 2))
        return any(first - sentence.first <= 2 and self.marks.stops_at(last, sentence.last) for first, last in spans)

    def _condemned(self, sentence: Sentence) -> bool:
        """Say whether a sentence begins with "that" or the like and what is bad about it."""
        return any(
            self.marks.about_itself(stop)
            for _, last in self.marks.within("anaphors", sentence.first, min(sentence.last, sentence.first + 3))
            for _, stop in self.marks.beginning("bad", last - 1, min(sentence.last, last + OPENING))
        )

    def _refuses(self, sentence: Sentence) -> bool:
        """Say whether a sentence holds a "no" that stands for itself: "for a threshold, no, ..."."""
        gaps, words = self.page.gaps, self.page.words
        return any(
            words[place] == "no" and gaps[place] and (place + 1 == sentence.last or gaps[place + 1])
            for place in range(sentence.first, sentence.last)
        )


def _headed(marks: Marks) -> set[int]:
    """Give the sentences under a heading such as "What I would not use:", up to the end of its bullets."""
    found: set[int] = set()
    aside = False
    sentences = marks.page.sentences
    for number, sentence in enumerate(sentences):
        if sentence.heads:
            kinds = ("negates", "refuses", "verdicts")
            spans = [span for kind in kinds for span in marks.within(kind, sentence.first, sentence.last)]
            aside = any(not marks.free(*span) for span in spans)
        elif aside and sentence.bullet:
            found.add(number)
        elif number and not sentences[number - 1].bullet:
            aside = False
    return found
