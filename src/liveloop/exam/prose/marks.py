"""Where do the cues of a text stand, and what do they say by themselves?"""

from __future__ import annotations

from bisect import bisect_left

from liveloop.exam.prose.lexicon import Lexicon
from liveloop.exam.prose.matcher import Hits, Span
from liveloop.exam.prose.pages import Page, Sentence

STRONG = frozenset(";:()-")  # marks that end a clause, besides the comma
CONDITION = 12  # words between an "if" and what it governs
LONGEST_FREE = 8  # words of a phrase that looks like a negation


class Marks:
    """The spans of each kind of cue, in order, and the questions that every stance asks of them."""

    def __init__(self, page: Page, hits: Hits, lexicon: Lexicon) -> None:
        self.page = page
        self.spans = {kind: hits.get(slot, []) for kind, slot in lexicon.cues.items()}
        self.begins = {kind: [first for first, _ in spans] for kind, spans in self.spans.items()}
        self.at = {kind: set(begins) for kind, begins in self.begins.items()}

    def beginning(self, kind: str, low: int, high: int) -> list[Span]:
        """Give the spans of a kind that begin within words `low` to `high`."""
        begins = self.begins[kind]
        return self.spans[kind][bisect_left(begins, low) : bisect_left(begins, high)]

    def within(self, kind: str, low: int, high: int) -> list[Span]:
        """Give the spans of a kind that lie within words `low` to `high`."""
        return [span for span in self.beginning(kind, low, high) if span[1] <= high]

    def free(self, first: int, last: int) -> bool:
        """Say whether words belong to a phrase that only looks like a negation."""
        return any(end > first for _, end in self.beginning("free", first - LONGEST_FREE, last))

    def sentence(self, word: int) -> Sentence:
        """Give the sentence of a word."""
        return self.page.sentences[self.page.within[word]]

    def following(self, word: int) -> Sentence | None:
        """Give the sentence behind that of a word."""
        number = self.page.within[word] + 1
        return self.page.sentences[number] if number < len(self.page.sentences) else None

    def clause_start(self, at: int) -> int:
        """Give the first word of the clause of a word, going by marks and bordering words."""
        first = self.sentence(at).first
        while at > first and not self.page.gaps[at] and at not in self.at["borders"]:
            at -= 1
        return at

    def supposes(self, at: int) -> bool:
        """Say whether a word stands in a clause that begins with "if" or the like."""
        first = self.sentence(at).first
        for place in range(at, max(first, at - CONDITION) - 1, -1):
            if place in self.at["conditions"]:
                return True
            # "if users repeat I would not": a person who does not stand right behind the "if" begins anew
            if place in self.at["people"] and place - 1 not in self.at["conditions"]:
                return False
            if self.page.gaps[place] or (place < at and place in self.at["borders"]):
                return False
        return False

    def negated(self, start: int, end: int, at: int) -> bool:
        """Say whether an odd number of negations begins from one word to another, looking no further than a third."""
        spans = [span for kind in ("negates", "refuses") for span in self.within(kind, start, end)]
        return len([span for span in spans if span[0] <= at and not self.free(*span)]) % 2 == 1

    def stops_at(self, place: int, end: int) -> bool:
        """Say whether a clause ends at a word, or goes on with no object."""
        return (
            place >= end or bool(self.page.gaps[place]) or place in self.at["borders"] or place in self.at["no-object"]
        )

    def about_itself(self, place: int) -> bool:
        """Say whether a verdict is not about what follows it: "it would be wrong to"."""
        return place >= len(self.page.words) or self.page.words[place] not in ("to", "that", "if", "only")

    def puts_aside(self, start: int, end: int) -> bool:
        """Say whether "it" is put aside in a stretch: "so I skip it", "I would not rely on it"."""
        for first, last in self.within("shuns", start, end):
            meant = not self.negated(max(start, first - 4), first, first)
            if meant and self.about_itself(last) and self.stops_at(last, end):
                return True
        return any(
            self.negated(max(start, self.clause_start(first)), last, first)
            for first, last in self.within("pronouns", start, end)
        )
